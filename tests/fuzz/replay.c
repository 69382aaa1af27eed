/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Plays every file of a corpus folder to a fuzz target, whole and each of its beginnings, with any compiler.
 * The folder is the one argument. */

#include <stdlib.h>

#include "fuzz.h"

#define LONGEST_BEGINNING 2000

static void
play (const char *bytes,
      gsize       length)
{
  /* An exact copy, so that reading past the end is seen by the sanitizer. */
  uint8_t *copy = malloc (length);

  memcpy (copy, bytes, length);
  g_assert_cmpint (LLVMFuzzerTestOneInput (copy, length), ==, 0);
  free (copy);
}

static void
replay (gconstpointer path)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  g_file_get_contents (path, &bytes, &length, &error);
  g_assert_no_error (error);

  play (bytes, length);
  for (gsize beginning = 0; beginning < MIN (length, LONGEST_BEGINNING); beginning++)
    play (bytes, beginning);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GDir) folder = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;
  guint n = 0;

  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);

  folder = g_dir_open (argv[1], 0, &error);
  g_assert_no_error (error);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *test = g_strconcat ("/replay/", name, NULL);

      g_test_add_data_func_full (test, g_build_filename (argv[1], name, NULL), replay, g_free);
      n++;
    }
  g_assert_cmpuint (n, >, 0);

  return g_test_run ();
}
