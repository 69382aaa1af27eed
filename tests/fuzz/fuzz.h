/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a fuzz target defines, and how one cuts its input into pieces: anyhow, but always the same way for the
 * same input, so that a crash can be repeated and a corpus file is nothing but what goes in. */

#pragma once

#include <glib.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data,
                            size_t         size);

/* For fuzz_random(): FNV-1a of the input. */
static inline guint32
fuzz_seed (const uint8_t *data,
           size_t         size)
{
  guint32 seed = 2166136261u;

  for (size_t i = 0; i < size; i++)
    seed = (seed ^ data[i]) * 16777619u;

  return seed;
}

/* From 0 up to, but not, @end. */
static inline guint32
fuzz_random (guint32 *seed,
             guint32  end)
{
  *seed = *seed * 1664525u + 1013904223u;

  return (guint32) ((guint64) *seed * end >> 32);
}

/* The next piece of the input, mostly a short one, or all that is left if @seed is NULL. An exact copy, so that
 * reading past its end is seen by the sanitizer. To be freed with g_free(). */
static inline char *
fuzz_piece (const uint8_t *data,
            size_t         left,
            guint32       *seed,
            gsize         *length)
{
  guint32 wanted = seed != NULL ? 1 + fuzz_random (seed, 1u << fuzz_random (seed, 8)) : G_MAXUINT32;

  *length = MIN (left, wanted);

  return g_memdup2 (data, *length);
}
