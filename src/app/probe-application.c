/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-application.h"

#include <glib/gi18n.h>

#include "app/probe-window.h"
#include "config.h"

struct _ProbeApplication
{
  GtkApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (ProbeApplication, probe_application, GTK_TYPE_APPLICATION)

static const struct
{
  const char *action;
  const char *accelerators[3];
} shortcuts[] = {
  { "win.run", { "<Control>Return", NULL } },
  { "win.stop", { "Escape", NULL } },
  { "win.search", { "<Control>f", NULL } },
  { "win.copy-all", { "<Control><Shift>c", NULL } },
  { "win.save", { "<Control>s", NULL } },
  { "win.focus-host", { "<Control>l", NULL } },
  { "win.show-form", { "F9", NULL } },
  { "win.show-help-overlay", { "<Control>question", "F1", NULL } },
  { "window.close", { "<Control>w", NULL } },
  { "app.new-window", { "<Control>n", NULL } },
  { "app.quit", { "<Control>q", NULL } },
};

static void
load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/org/example/SmtpProbe/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

static ProbeWindow *
open_window (ProbeApplication *self)
{
  ProbeWindow *window = probe_window_new (GTK_APPLICATION (self));

  gtk_window_present (GTK_WINDOW (window));

  return window;
}

static void
on_new_window (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  open_window (PROBE_APPLICATION (user_data));
}

static void
on_quit (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GList *windows;

  /* Closing, not dropping: each window keeps its values. */
  while ((windows = gtk_application_get_windows (GTK_APPLICATION (user_data))) != NULL)
    {
      GtkWindow *window = windows->data;

      gtk_window_close (window);
      if (windows == gtk_application_get_windows (GTK_APPLICATION (user_data)))
        break;
    }
}

static void
on_about (GSimpleAction *action,
          GVariant      *parameter,
          gpointer       user_data)
{
  const char *const authors[] = { "SMTP Probe contributors", NULL };

  gtk_show_about_dialog (gtk_application_get_active_window (GTK_APPLICATION (user_data)),
                         "program-name", "SMTP Probe",
                         "version", PACKAGE_VERSION,
                         "logo-icon-name", APPLICATION_ID,
                         "comments", _("Asks a mail server and shows what it says"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "authors", authors,
                         "translator-credits", _("translator-credits"),
                         NULL);
}

static const GActionEntry actions[] = {
  { .name = "new-window", .activate = on_new_window },
  { .name = "quit", .activate = on_quit },
  { .name = "about", .activate = on_about },
};

static void
probe_application_startup (GApplication *application)
{
  G_APPLICATION_CLASS (probe_application_parent_class)->startup (application);

  load_style ();
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  for (gsize i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), shortcuts[i].action,
                                           (const char **) shortcuts[i].accelerators);
}

static void
probe_application_activate (GApplication *application)
{
  open_window (PROBE_APPLICATION (application));
}

static int
probe_application_command_line (GApplication            *application,
                                GApplicationCommandLine *command_line)
{
  GVariantDict *options = g_application_command_line_get_options_dict (command_line);
  g_autofree const char **targets = NULL;
  ProbeWindow *window = open_window (PROBE_APPLICATION (application));

  if (g_variant_dict_contains (options, "practice"))
    {
      probe_window_practise (window, "refusals");
    }
  else if (g_variant_dict_lookup (options, G_OPTION_REMAINING, "^a&s", &targets) && targets[0] != NULL)
    {
      if (!probe_window_set_target (window, targets[0]))
        {
          g_application_command_line_printerr (command_line, _("%s: not a server\n"), targets[0]);
          return 2;
        }
    }

  return 0;
}

static int
probe_application_handle_local_options (GApplication *application,
                                        GVariantDict *options)
{
  if (g_variant_dict_contains (options, "version"))
    {
      g_print ("smtp-probe %s\n", PACKAGE_VERSION);
      return 0;
    }

  return -1;
}

static void
probe_application_class_init (ProbeApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = probe_application_startup;
  application_class->activate = probe_application_activate;
  application_class->command_line = probe_application_command_line;
  application_class->handle_local_options = probe_application_handle_local_options;
}

static void
probe_application_init (ProbeApplication *self)
{
  static const GOptionEntry entries[] = {
    { "practice", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Start with the practice server"), NULL },
    { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_("Print the version"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, "[smtp://HOST:PORT]" },
    G_OPTION_ENTRY_NULL
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

/**
 * probe_application_new:
 *
 * Returns: (transfer full): the application
 */
ProbeApplication *
probe_application_new (void)
{
  return g_object_new (PROBE_TYPE_APPLICATION,
                       "application-id", APPLICATION_ID,
                       "flags", G_APPLICATION_HANDLES_COMMAND_LINE,
                       "resource-base-path", "/org/example/SmtpProbe",
                       NULL);
}
