/* libical, the engine under GNOME's and many others' calendars. Asked and answering as protocol.py describes.
 *
 * A file must also pass libical's own restriction check, and its parser must have nothing to say (X-LIC-ERROR). */

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The meetings of one answer, as lines to be sorted. */
struct lines {
    char **line;
    size_t count, room;
};

/* What the expansion of one VEVENT needs to know in its callback. */
struct expansion {
    struct lines *lines;
    icalcomponent *calendar;
    time_t since, until;
};

static void *must(void *memory)
{
    if (memory == NULL) {
        perror("libical reader");
        exit(2);
    }
    return memory;
}

static void add_line(struct lines *lines, const char *line)
{
    if (lines->count == lines->room) {
        lines->room = lines->room ? 2 * lines->room : 64;
        lines->line = must(realloc(lines->line, lines->room * sizeof *lines->line));
    }
    lines->line[lines->count++] = must(strdup(line));
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static time_t instant(const char *text)
{
    struct tm parts = {0};
    if (strptime(text, "%Y-%m-%dT%H:%M:%SZ", &parts) == NULL) {
        fprintf(stderr, "not an instant: %s\n", text);
        exit(2);
    }
    return timegm(&parts);
}

static void print_instant(char *into, size_t room, time_t moment)
{
    struct tm parts;
    gmtime_r(&moment, &parts);
    strftime(into, room, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static char *escaped(const char *text)
{
    char *copy = must(malloc(2 * strlen(text) + 1)), *to = copy;
    for (; *text; text++) {
        const char *found = strchr("\\\\\tt\rr\nn", *text);
        if (found != NULL && strchr("\\\t\r\n", *text) != NULL) {
            *to++ = '\\';
            *to++ = found[1];
        } else {
            *to++ = *text;
        }
    }
    *to = '\0';
    return copy;
}

/* An instant of a date-time property, its TZID looked up in the file's own VTIMEZONEs. */
static time_t property_instant(icalproperty *property, icalcomponent *event)
{
    struct icaltimetype moment = icalproperty_get_datetime_with_component(property, event);
    return icaltime_as_timet_with_zone(moment, icaltime_get_timezone(moment));
}

/* Whether an override (a VEVENT of the same UID) stands in the place of this start. */
static int overridden(icalcomponent *calendar, icalcomponent *event, time_t start)
{
    const char *uid = icalcomponent_get_uid(event);
    icalcompiter each = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
    icalcomponent *other;
    for (; (other = icalcompiter_deref(&each)) != NULL; icalcompiter_next(&each)) {
        icalproperty *id = icalcomponent_get_first_property(other, ICAL_RECURRENCEID_PROPERTY);
        const char *its = icalcomponent_get_uid(other);
        if (id != NULL && uid != NULL && its != NULL && strcmp(uid, its) == 0 && property_instant(id, other) == start)
            return 1;
    }
    return 0;
}

static const char *status_of(icalcomponent *event)
{
    icalproperty *status = icalcomponent_get_first_property(event, ICAL_STATUS_PROPERTY);
    return status == NULL ? "-" : icalproperty_get_value_as_string(status);
}

/* A link as it stands; NULL where there is none. */
static const char *url_of(icalcomponent *event)
{
    icalproperty *url = icalcomponent_get_first_property(event, ICAL_URL_PROPERTY);
    return url == NULL ? NULL : icalproperty_get_url(url);
}

static char *escaped_or_dash(const char *text)
{
    return escaped(text == NULL || *text == '\0' ? "-" : text);
}

static void meeting(icalcomponent *event, struct icaltime_span *span, void *given)
{
    struct expansion *expansion = given;
    if (span->start < expansion->since || span->start >= expansion->until)
        return;
    if (icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY) == NULL &&
        overridden(expansion->calendar, event, span->start))
        return;
    char start[32], end[32];
    print_instant(start, sizeof start, span->start);
    print_instant(end, sizeof end, span->end);
    const char *text = icalcomponent_get_summary(event);
    char *summary = escaped(text == NULL ? "" : text);
    const char *status = status_of(event);
    char *place = escaped_or_dash(icalcomponent_get_location(event)), *link = escaped_or_dash(url_of(event));
    size_t room = strlen(start) + strlen(end) + strlen(summary) + strlen(status) + strlen(place) + strlen(link) + 6;
    char *line = must(malloc(room));
    snprintf(line, room, "%s\t%s\t%s\t%s\t%s\t%s", start, end, summary, status, place, link);
    add_line(expansion->lines, line);
    free(line);
    free(link);
    free(place);
    free(summary);
}

/* Every X-LIC-ERROR below a component: what libical's parser or its restriction check found wrong. */
static void collect_errors(icalcomponent *component, struct lines *errors)
{
    icalproperty *error = icalcomponent_get_first_property(component, ICAL_XLICERROR_PROPERTY);
    for (; error != NULL; error = icalcomponent_get_next_property(component, ICAL_XLICERROR_PROPERTY))
        add_line(errors, icalproperty_get_xlicerror(error));
    icalcompiter each = icalcomponent_begin_component(component, ICAL_ANY_COMPONENT);
    icalcomponent *inner;
    for (; (inner = icalcompiter_deref(&each)) != NULL; icalcompiter_next(&each))
        collect_errors(inner, errors);
}

static char *file_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = must(malloc((size_t)size + 1));
    text[fread(text, 1, (size_t)size, file)] = '\0';
    fclose(file);
    return text;
}

static void answer(const char *path, const char *since, const char *until, struct lines *lines, struct lines *errors)
{
    char *text = file_text(path);
    if (text == NULL) {
        add_line(errors, "cannot be opened");
        return;
    }
    icalcomponent *calendar = icalparser_parse_string(text);
    free(text);
    if (calendar == NULL) {
        add_line(errors, "cannot be parsed");
        return;
    }
    if (!icalrestriction_check(calendar))
        add_line(errors, "fails the restriction check");
    collect_errors(calendar, errors);

    struct expansion expansion = {lines, calendar, instant(since), instant(until)};
    icaltimezone *utc = icaltimezone_get_utc_timezone();
    /* libical's span is about overlap and leaves out its last second; ours is about the start. */
    struct icaltimetype from = icaltime_from_timet_with_zone(expansion.since - 86400, 0, utc);
    struct icaltimetype to = icaltime_from_timet_with_zone(expansion.until + 86400, 0, utc);
    icalcompiter each = icalcomponent_begin_component(calendar, ICAL_VEVENT_COMPONENT);
    icalcomponent *event;
    for (; (event = icalcompiter_deref(&each)) != NULL; icalcompiter_next(&each))
        icalcomponent_foreach_recurrence(event, from, to, meeting, &expansion);
    icalcomponent_free(calendar);
    qsort(lines->line, lines->count, sizeof *lines->line, by_text);
}

static void print_and_free(FILE *out, const char *before, struct lines *lines)
{
    for (size_t each = 0; each < lines->count; each++) {
        fprintf(out, "%s%s\n", before, lines->line[each]);
        free(lines->line[each]);
    }
    free(lines->line);
}

int main(int count, char **arguments)
{
    icalerror_set_errors_are_fatal(0);
    if (count == 4) {
        struct lines lines = {0}, errors = {0};
        answer(arguments[1], arguments[2], arguments[3], &lines, &errors);
        int bad = errors.count > 0;
        print_and_free(stdout, "", &lines);
        print_and_free(stderr, "", &errors);
        return bad;
    }
    char *request = NULL;
    size_t room = 0;
    while (getline(&request, &room, stdin) > 0) {
        char *rest = request;
        const char *path = strsep(&rest, "\t"), *since = strsep(&rest, "\t"), *until = strsep(&rest, "\n");
        if (since == NULL || until == NULL) {
            fprintf(stderr, "a request is FILE, FROM and UNTIL, parted by tabs\n");
            return 2;
        }
        struct lines lines = {0}, errors = {0};
        answer(path, since, until, &lines, &errors);
        printf("begin\t%s\n", path);
        print_and_free(stdout, "", &lines);
        print_and_free(stdout, "error\t", &errors);
        printf("end\n");
        fflush(stdout);
    }
    free(request);
    return 0;
}
