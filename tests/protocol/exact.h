/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes of a string literal, NULs among them, and copies that end where the bytes end, so that
 * AddressSanitizer sees who reads on. */

#pragma once

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* A table's two columns: the bytes and their number. */
#define BYTES(literal) (literal), sizeof (literal) - 1

/* To be freed with free(). Not NULL for no bytes, either. */
static inline char *
exact_copy (const char *bytes,
            gsize       length)
{
  char *copy = malloc (length);

  g_assert_nonnull (copy);

  return memcpy (copy, bytes, length);
}
