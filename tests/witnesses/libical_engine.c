/* libical, one question a line: rule, start, end (tab-separated, YYYYMMDD); answers dates or `refused why`. */
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void)
{
    static char line[65536];
    icalerror_set_errors_are_fatal(0);
    while (fgets(line, sizeof line, stdin)) {
        char *rule = strtok(line, "\t\n"), *start = strtok(NULL, "\t\n"), *end = strtok(NULL, "\t\n");
        if (!rule || !start || !end) {
            puts("refused unreadable question");
            continue;
        }
        icalerror_clear_errno();
        struct icalrecurrencetype recur = icalrecurrencetype_from_string(rule);
        struct icaltimetype first = icaltime_from_string(start), last = icaltime_from_string(end);
        icalrecur_iterator *dates = NULL;
        if (recur.freq != ICAL_NO_RECURRENCE)
            dates = icalrecur_iterator_new(recur, first);
        if (!dates) {
            printf("refused %s\n", icalerror_strerror(icalerrno));
        } else {
            int found = 0;
            struct icaltimetype day = icalrecur_iterator_next(dates);
            while (!icaltime_is_null_time(day) && icaltime_compare(day, last) <= 0) {
                printf("%s%04d%02d%02d", found++ ? " " : "", day.year, day.month, day.day);
                day = icalrecur_iterator_next(dates);
            }
            puts(found ? "" : "none");
            icalrecur_iterator_free(dates);
        }
        if (recur.rscale)
            free(recur.rscale);
        fflush(stdout);
    }
    return 0;
}
