"use strict";
(() => {
  const DAY = 86400;
  const byId = (id) => document.getElementById(id);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (name, text, className) => {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  };

  // Zones. Each has a list: offset, then pairs of instant and new offset, all in seconds. The rules are those of the
  // feeds; the browser's own may be years old.
  const clocks = new Map();
  for (const line of byId("zones").content.textContent.trim().split("\n")) {
    const [numbers, names] = line.split("|");
    const clock = numbers.split(" ").map(Number);
    for (const name of names.split(" ")) clocks.set(name, clock);
  }

  const offset = (zone, instant) => {
    const clock = clocks.get(zone);
    if (!clock) return -60 * new Date(instant * 1000).getTimezoneOffset();
    let at = 0;
    while (at + 1 < clock.length && clock[at + 1] <= instant) at += 2;
    return clock[at];
  };
  const changes = (zone) => (clocks.get(zone) || []).filter((_, at) => at % 2 === 1);

  // Names that browsers still give for places that are spelled otherwise now.
  const RENAMED = {
    "Africa/Asmera": "Africa/Asmara", "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk", "America/Indianapolis": "America/Indiana/Indianapolis",
    "Asia/Calcutta": "Asia/Kolkata", "Asia/Katmandu": "Asia/Kathmandu", "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh", "Atlantic/Faeroe": "Atlantic/Faroe", "Europe/Kiev": "Europe/Kyiv",
    "Pacific/Enderbury": "Pacific/Kanton", "Pacific/Ponape": "Pacific/Pohnpei", "Pacific/Truk": "Pacific/Chuuk",
  };
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const own = RENAMED[browserZone] || browserZone;

  // Dates, from instants moved by an offset.
  const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
  const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December"];
  const two = (number) => String(number).padStart(2, "0");
  const hourAndMinute = (wall) => `${two(Math.floor(wall / 3600) % 24)}:${two(Math.floor(wall / 60) % 60)}`;
  const dayAndMonth = (wall) => {
    const date = new Date(wall * 1000);
    return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  };
  const longDate = (wall) => {
    const date = new Date(wall * 1000);
    return `${WEEKDAYS[date.getUTCDay()]} ${dayAndMonth(wall)} ${date.getUTCFullYear()}`;
  };

  // What the reader chose; it stands in the address.
  const address = new URL(location.href);
  const chosen = {
    zone: clocks.has(address.searchParams.get("zone")) ? address.searchParams.get("zone") : "",
    q: address.searchParams.get("q") || "",
    tag: address.searchParams.get("tag") || "",
  };
  const zone = () => chosen.zone || own;
  const remember = () => {
    const now = new URL(location.href);
    for (const [key, value] of Object.entries(chosen)) {
      if (value) now.searchParams.set(key, value);
      else now.searchParams.delete(key);
    }
    try {
      history.replaceState(null, "", now);
    } catch {
      // A page that was opened as a file may not change its address in every browser.
    }
  };

  // Chats and meetings.
  const plain = (text) => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
  const chats = new Map();
  for (const article of all("#chats article")) {
    const slug = article.id.slice("chat-".length);
    chats.set(slug, {
      article, zone: article.dataset.zone, tags: article.dataset.tags.split(" "),
      row: document.querySelector(`[data-row="${slug}"]`), words: null, about: null,
    });
  }
  const days = byId("days");
  const meetings = all("[data-date]", days).map((item) => {
    const time = item.querySelector("time");
    const start = Date.parse(time.dateTime) / 1000;
    const chat = chats.get(item.dataset.chat);
    return {
      item, time, start, end: start + 60 * Number(item.dataset.minutes || 60), chat,
      zone: item.dataset.zone || chat.zone, words: null, day: 0, shift: null, soon: null,
    };
  }).sort((a, b) => a.start - b.start);

  // For a few weeks a year the reader's clock and the host's are apart by another measure than before and after:
  // one of them has changed already, the other not yet. Spans longer than this are what people are used to.
  const SHORT = 70 * DAY;
  const shifts = (host) => {
    const reader = zone();
    const instants = [...changes(reader), ...changes(host)].sort((a, b) => a - b);
    const apart = (instant) => offset(reader, instant) - offset(host, instant);
    const spans = instants.length ? [{ from: -Infinity, apart: apart(instants[0] - 1) }] : [];
    for (const from of instants) {
      if (apart(from) !== spans[spans.length - 1].apart) spans.push({ from, apart: apart(from) });
    }
    return spans.slice(1, -1).flatMap((span, at) => {
      const [before, after] = [spans[at], spans[at + 2]];
      if (after.from - span.from > SHORT) return [];
      const changed = changes(host).includes(after.from) ? host : reader;
      const until = dayAndMonth(after.from + offset(changed, after.from));
      const usual = before.apart === after.apart ? "usual" : "before";
      const by = span.apart - before.apart;
      const words = `${amount(Math.abs(by) / 60)} ${by < 0 ? "earlier" : "later"} than ${usual} for you until ${until}`;
      return [{ from: span.from, until: after.from, words }];
    });
  };
  const amount = (minutes) => ({ 30: "half an hour", 60: "an hour", 120: "two hours" })[minutes] || `${minutes} minutes`;

  // Lays the list out by the reader's days.
  const layOut = () => {
    const here = zone();
    const shiftsOf = new Map();
    const list = document.createDocumentFragment();
    let day = null;
    let items = null;
    for (const meeting of meetings) {
      const wall = meeting.start + offset(here, meeting.start);
      meeting.time.textContent = hourAndMinute(wall);
      if (!shiftsOf.has(meeting.zone)) shiftsOf.set(meeting.zone, shifts(meeting.zone));
      const shift = shiftsOf.get(meeting.zone).find(({ from, until }) => from <= meeting.start && meeting.start < until);
      if (meeting.shift) meeting.shift.remove();
      meeting.shift = shift ? make("small", shift.words, "shift") : null;
      if (meeting.shift) meeting.item.append(meeting.shift);
      if (Math.floor(wall / DAY) !== day) {
        day = Math.floor(wall / DAY);
        const section = make("section", "", "day");
        const heading = make("h3", longDate(wall));
        heading.append(" ", make("span", "", "soon"));
        items = make("ol");
        section.append(heading, items);
        list.append(section);
      }
      meeting.day = day;
      items.append(meeting.item);
    }
    days.replaceChildren(list);
    const shown = here.replaceAll("_", " ");
    byId("coming-note").textContent = clocks.has(here)
      ? `Times are those of ${shown}; the host’s own stand beside them.`
      : "Times are those of your computer’s clock; the host’s own stand beside them.";
  };

  // Shows what is to come and fits what was asked for.
  const STEP = 200;
  let limit = STEP;
  const more = make("button");
  more.type = "button";
  const none = make("p", "No coming meeting fits.");
  days.after(none, more);

  const fits = (text, words) => words.every((word) => text.includes(word));
  const within = (seconds) => {
    if (seconds <= 0) return "now";
    if (seconds < 5400) return `in ${Math.max(1, Math.round(seconds / 60))} min`;
    return `in ${Math.round(seconds / 3600)} hours`;
  };
  const inDays = (number) => (number < 1 ? "today" : number === 1 ? "tomorrow" : `in ${number} days`);

  const show = () => {
    const now = Date.now() / 1000;
    const today = Math.floor((now + offset(zone(), now)) / DAY);
    const words = plain(chosen.q).split(/\s+/).filter(Boolean);
    const tagged = (chat) => !chosen.tag || chat.tags.includes(chosen.tag);
    let found = 0;
    for (const chat of chats.values()) {
      if (words.length && chat.words === null) {
        chat.words = plain(chat.article.textContent);
        chat.about = plain(all("header, .summary, .description, dl", chat.article).map((part) => part.textContent).join(" "));
      }
      chat.article.hidden = !tagged(chat) || !fits(chat.words || "", words);
      if (chat.row) chat.row.hidden = chat.article.hidden;
      if (!chat.article.hidden) found += 1;
    }
    for (const group of all("#chats .group")) group.hidden = !group.nextElementSibling.querySelector("article:not([hidden])");
    let coming = 0;
    for (const meeting of meetings) {
      const { item, chat } = meeting;
      let fit = meeting.end > now && tagged(chat);
      if (fit && words.length) {
        if (meeting.words === null) meeting.words = plain(item.textContent);
        fit = fits(`${meeting.words} ${chat.about}`, words);
      }
      if (fit) coming += 1;
      const hidden = !fit || coming > limit;
      if (item.hidden !== hidden) item.hidden = hidden;
      const soon = !hidden && meeting.start - now < DAY / 2 ? within(meeting.start - now) : "";
      if (soon && !meeting.soon) {
        meeting.soon = make("small", "", "soon");
        item.append(meeting.soon);
      }
      if (meeting.soon) meeting.soon.textContent = soon;
    }
    let at = 0;
    for (const section of days.children) {
      const items = section.lastElementChild.children;
      const { day } = meetings[at];
      section.hidden = [...items].every((item) => item.hidden);
      if (!section.hidden) section.querySelector(".soon").textContent = inDays(day - today);
      at += items.length;
    }
    none.hidden = coming > 0;
    more.hidden = coming <= limit;
    more.textContent = `Show more (${coming - limit} left)`;
    const counted = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;
    byId("found").textContent = `${counted(found, "chat")}, ${counted(coming, "coming meeting")}`;
  };

  more.addEventListener("click", () => {
    limit += STEP;
    show();
  });

  // The form.
  const zones = byId("zone");
  zones.append(new Option(`${own.replaceAll("_", " ")} (yours)`, ""));
  const areas = new Map();
  for (const name of [...clocks.keys()].sort()) {
    const [area, ...place] = name.split("/");
    const label = place.length ? area : "Other";
    if (!areas.has(label)) areas.set(label, Object.assign(make("optgroup"), { label }));
    areas.get(label).append(new Option(name.replaceAll("_", " "), name));
  }
  zones.append(...areas.values());
  const controls = [["zone", zones], ["q", byId("search")], ["tag", byId("tag")]].filter(([, control]) => control);
  for (const [key, control] of controls) {
    control.value = chosen[key];
    if (control.value !== chosen[key]) [chosen[key], control.value] = ["", ""];
    control.addEventListener("input", () => {
      chosen[key] = control.value;
      limit = STEP;
      remember();
      if (key === "zone") layOut();
      show();
    });
  }
  const form = byId("filter");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;

  // Subscribe links, by the forms that the page has where it knows its address.
  const encode = (text) => encodeURIComponent(text)
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  if (/^https?:$/.test(location.protocol)) {
    for (const offer of all("details[data-name]")) {
      const copy = offer.querySelector("[data-subscribe=copy]");
      const feed = new URL(copy.getAttribute("href"), location.href);
      const place = feed.host + feed.pathname;
      const query = `addfromweb?url=${encode(`https://${place}`)}&name=${encode(offer.dataset.name)}`;
      for (const [target, href, words] of [
        ["webcal", `webcal://${place}`, "Apple Calendar, Thunderbird"],
        ["google", `https://calendar.google.com/calendar/u/0/r?cid=${encode(`webcal://${place}`)}`, "Google Calendar"],
        ["outlook", `https://outlook.live.com/calendar/0/${query}`, "Outlook.com"],
        ["microsoft365", `https://outlook.office.com/calendar/0/${query}`, "Microsoft 365"],
      ]) {
        const link = make("a", words);
        link.href = href;
        Object.assign(link.dataset, { chat: copy.dataset.chat, subscribe: target });
        const entry = make("li");
        entry.append(link);
        copy.parentElement.before(entry);
      }
      copy.href = feed.href;
    }
  }

  // Copying.
  const said = make("p", "", "vh");
  said.setAttribute("role", "status");
  document.body.append(said);
  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Browsers keep the clipboard from pages without https; the older way still works in most.
      const field = make("textarea", text, "vh");
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  };
  for (const link of all("[data-subscribe=copy]")) {
    const words = link.textContent;
    link.setAttribute("role", "button");
    link.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        link.click();
      }
    });
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      const done = await copied(link.href);
      link.focus();
      link.textContent = done ? "copied" : link.href;
      said.textContent = done ? `Copied ${link.href}` : "This browser does not copy; the address is shown.";
      if (done) setTimeout(() => { link.textContent = words; }, 4000);
    });
  }

  document.documentElement.classList.add("js");
  byId("coming-title").textContent = "Coming up";
  layOut();
  show();
  setInterval(show, 60000);
})();
