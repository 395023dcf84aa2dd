/* libical's offsets of a VTIMEZONE. Each line of standard input names an .ics file with one VTIMEZONE and the file of
 * its instants and offsets, parted by a tab (see harness/zones.py); the answer to each is one line: offsets compared,
 * how many are wrong, and the first wrong one. */

#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *file_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    char *text = NULL;
    size_t room = 0;
    if (getdelim(&text, &room, '\0', file) < 0) {
        fprintf(stderr, "%s is empty\n", path);
        exit(2);
    }
    fclose(file);
    return text;
}

static void compare(const char *path, const char *expected)
{
    char *text = file_text(path);
    icalcomponent *calendar = icalparser_parse_string(text);
    free(text);
    icalcomponent *component = icalcomponent_get_first_component(calendar, ICAL_VTIMEZONE_COMPONENT);
    if (component == NULL) {
        printf("0\t1\tno VTIMEZONE\n");
        icalcomponent_free(calendar);
        return;
    }
    icaltimezone *zone = icaltimezone_new();
    icaltimezone_set_component(zone, icalcomponent_new_clone(component));

    FILE *instants = fopen(expected, "r");
    if (instants == NULL) {
        perror(expected);
        exit(2);
    }
    long long moment;
    int offset, compared = 0, wrong = 0;
    char first[128] = "";
    while (fscanf(instants, "%lld%d", &moment, &offset) == 2) {
        struct icaltimetype utc = icaltime_from_timet_with_zone((time_t)moment, 0, icaltimezone_get_utc_timezone());
        int theirs = icaltimezone_get_utc_offset_of_utc_time(zone, &utc, NULL);
        compared++;
        if (theirs != offset && wrong++ == 0)
            snprintf(first, sizeof first, "at %lld it is %d, but reads as %d", moment, offset, theirs);
    }
    fclose(instants);
    printf("%d\t%d\t%s\n", compared, wrong, first);
    icaltimezone_free(zone, 1);
    icalcomponent_free(calendar);
}

int main(void)
{
    icalerror_set_errors_are_fatal(0);
    char *request = NULL;
    size_t room = 0;
    while (getline(&request, &room, stdin) > 0) {
        char *rest = request;
        const char *path = strsep(&rest, "\t"), *expected = strsep(&rest, "\n");
        if (expected == NULL)
            return 2;
        compare(path, expected);
    }
    free(request);
    return 0;
}
