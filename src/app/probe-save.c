/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-save.h"

#include <glib/gi18n.h>
#include <string.h>

typedef struct
{
  GtkWindow            *parent;
  GtkFileChooserNative *chooser;
  GBytes               *documents[SMTP_EXPORT_N_FORMATS];
  gboolean              has_formats;  /* else the first document is all there is */
} Save;

static void
save_free (Save *save)
{
  for (SmtpExportFormat format = 0; format < SMTP_EXPORT_N_FORMATS; format++)
    g_clear_pointer (&save->documents[format], g_bytes_unref);
  g_clear_object (&save->chooser);
  g_clear_object (&save->parent);
  g_free (save);
}

static void
on_written (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Save *save = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    {
      g_autofree char *name = g_file_get_parse_name (G_FILE (object));
      g_autofree char *what = g_strdup_printf (_("%s could not be written"), name);

      probe_save_show_error (save->parent, what, error->message);
    }

  save_free (save);
}

static SmtpExportFormat
get_filter_format (GtkFileFilter *filter)
{
  return filter != NULL && g_strcmp0 (gtk_file_filter_get_name (filter), "JSON") == 0 ? SMTP_EXPORT_JSON : SMTP_EXPORT_TEXT;
}

/* The end of the name decides; without a known one the chosen file type does. */
static SmtpExportFormat
get_format (GFile                *file,
            GtkFileChooserNative *chooser)
{
  g_autofree char *name = g_file_get_basename (file);

  for (SmtpExportFormat format = 0; format < SMTP_EXPORT_N_FORMATS; format++)
    {
      g_autofree char *suffix = g_strconcat (".", smtp_export_get_suffix (format), NULL);

      if (g_str_has_suffix (name, suffix))
        return format;
    }

  return get_filter_format (gtk_file_chooser_get_filter (GTK_FILE_CHOOSER (chooser)));
}

/* The name goes with the file type that is chosen. */
static void
on_filter (GtkFileChooser *chooser,
           GParamSpec     *pspec,
           gpointer        user_data)
{
  GtkFileFilter *filter = gtk_file_chooser_get_filter (chooser);
  g_autofree char *name = gtk_file_chooser_get_current_name (chooser);
  const char *wanted = smtp_export_get_suffix (get_filter_format (filter));
  char *dot = name != NULL ? strrchr (name, '.') : NULL;

  if (filter == NULL || dot == NULL || strcmp (dot + 1, wanted) == 0)
    return;

  for (SmtpExportFormat format = 0; format < SMTP_EXPORT_N_FORMATS; format++)
    {
      if (strcmp (dot + 1, smtp_export_get_suffix (format)) == 0)
        {
          g_autofree char *renamed = g_strdup_printf ("%.*s.%s", (int) (dot - name), name, wanted);

          gtk_file_chooser_set_current_name (chooser, renamed);
          return;
        }
    }
}

static void
on_response (GtkNativeDialog *dialog,
             int              response,
             gpointer         user_data)
{
  Save *save = user_data;
  g_autoptr (GFile) file = NULL;
  SmtpExportFormat format;

  if (response != GTK_RESPONSE_ACCEPT)
    {
      save_free (save);
      return;
    }

  /* Written beside the old file and put in its place only when it is complete. */
  file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  format = save->has_formats ? get_format (file, save->chooser) : 0;
  g_file_replace_contents_bytes_async (file, save->documents[format], NULL, FALSE, G_FILE_CREATE_NONE, NULL, on_written, save);
}

static void
add_filter (GtkFileChooserNative *chooser,
            const char           *name,
            const char           *pattern)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  gtk_file_filter_add_pattern (filter, pattern);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), filter);
}

static Save *
save_new (GtkWindow  *parent,
          const char *title,
          const char *name)
{
  Save *save = g_new0 (Save, 1);

  save->parent = g_object_ref (parent);
  save->chooser = gtk_file_chooser_native_new (title, parent, GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (save->chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (save->chooser), name);
  g_signal_connect (save->chooser, "response", G_CALLBACK (on_response), save);

  return save;
}

/**
 * probe_save:
 * @parent: the window
 * @stem: a name for the file, without its end
 * @documents: (array fixed-size=2): what to write, in each format of #SmtpExportFormat
 *
 * Asks for a place and a format and writes there.
 */
void
probe_save (GtkWindow   *parent,
            const char  *stem,
            GBytes     **documents)
{
  g_autofree char *name = g_strconcat (stem, ".txt", NULL);
  Save *save = save_new (parent, _("Save the transcript"), name);

  save->has_formats = TRUE;
  for (SmtpExportFormat format = 0; format < SMTP_EXPORT_N_FORMATS; format++)
    save->documents[format] = g_bytes_ref (documents[format]);

  add_filter (save->chooser, _("Text for a ticket"), "*.txt");
  add_filter (save->chooser, "JSON", "*.json");
  g_signal_connect (save->chooser, "notify::filter", G_CALLBACK (on_filter), NULL);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (save->chooser));
}

/**
 * probe_save_bytes:
 * @parent: the window
 * @title: what is saved
 * @name: a name for the file
 * @filter: the kind of file
 * @pattern: which files are of that kind
 * @bytes: what to write
 *
 * Asks for a place and writes there.
 */
void
probe_save_bytes (GtkWindow  *parent,
                  const char *title,
                  const char *name,
                  const char *filter,
                  const char *pattern,
                  GBytes     *bytes)
{
  Save *save = save_new (parent, title, name);

  save->documents[0] = g_bytes_ref (bytes);
  add_filter (save->chooser, filter, pattern);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (save->chooser));
}

/**
 * probe_save_show_error:
 * @parent: the window
 * @what: what went wrong
 * @why: the reason
 *
 * Tells the user of a failure of our own.
 */
void
probe_save_show_error (GtkWindow  *parent,
                       const char *what,
                       const char *why)
{
  GtkWidget *dialog = gtk_message_dialog_new (parent, GTK_DIALOG_MODAL | GTK_DIALOG_DESTROY_WITH_PARENT,
                                              GTK_MESSAGE_ERROR, GTK_BUTTONS_CLOSE, "%s", what);

  gtk_message_dialog_format_secondary_text (GTK_MESSAGE_DIALOG (dialog), "%s", why);
  g_signal_connect (dialog, "response", G_CALLBACK (gtk_window_destroy), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
}
