/* Feeds texts to the encoder, built with the sanitisers: encoder e5-small-q4.bin texts all|tokens
 *
 * The file holds texts of which each ends in a NUL. "all" embeds them, as many at once as bot/pipeline/encoder.py does; "tokens"
 * only splits them, which is all of the encoder that reads letters. Prints how many it read. A vector that is not one long, or no
 * number at all, ends it with status 1, and prints the place of its text. */
#include "e5.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_AT_ONCE = 128, DIMENSIONS = 384 };

static float vectors[MOST_AT_ONCE * DIMENSIONS];

static int is_one_long(const float *vector) {
    double length = 0;
    for (int i = 0; i < DIMENSIONS; i++) length += (double)vector[i] * vector[i];
    return fabs(length - 1) < 1e-3; /* false for NaN */
}

int main(int count, char **arguments) {
    if (count != 4) return 2;
    e5_model *model = e5_load(arguments[1]);
    FILE *file = fopen(arguments[2], "rb");
    if (!model || !file || e5_dim(model) != DIMENSIONS) return 2;
    int embeds = strcmp(arguments[3], "all") == 0;

    long read = 0;
    char *texts[MOST_AT_ONCE] = {0};
    size_t room[MOST_AT_ONCE] = {0};
    for (int some = MOST_AT_ONCE; some == MOST_AT_ONCE; read += some) {
        for (some = 0; some < MOST_AT_ONCE && getdelim(&texts[some], &room[some], 0, file) > 0; some++) {
            char *alone = strdup(texts[some]); /* no byte longer than the text: whoever reads beyond it is seen */
            free(texts[some]);
            texts[some] = alone;
            room[some] = strlen(alone) + 1;
            if (!embeds) e5_token_count(model, alone, 1);
        }
        if (embeds && some && e5_embed_batch(model, (const char **)texts, some, 1, vectors)) return 2;
        for (int i = 0; embeds && i < some; i++)
            if (!is_one_long(vectors + i * DIMENSIONS)) {
                printf("%ld\n", read + i);
                return 1;
            }
    }
    for (int i = 0; i < MOST_AT_ONCE; i++) free(texts[i]);
    fclose(file);
    e5_free(model);
    printf("%ld\n", read);
    return 0;
}
