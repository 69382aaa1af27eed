/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gi18n.h>
#include <locale.h>

#include "app/probe-application.h"
#include "config.h"

int
main (int    argc,
      char **argv)
{
  const char *locale_folder = g_getenv ("SMTP_PROBE_LOCALEDIR");
  g_autoptr (ProbeApplication) application = NULL;

  setlocale (LC_ALL, "");
  /* For runs from a build folder, where the catalogues are not yet installed. */
  bindtextdomain (GETTEXT_PACKAGE, locale_folder != NULL ? locale_folder : LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  g_set_application_name ("SMTP Probe");
  application = probe_application_new ();

  return g_application_run (G_APPLICATION (application), argc, argv);
}
