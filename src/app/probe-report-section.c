/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-report-section.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/probe-focus.h"

#define LEAST_HEX 16  /* digits of a number that is rather a fingerprint than one to reckon with */

/* Fingerprints, serial numbers: they are compared digit by digit. */
static gboolean
is_hex (const char *value)
{
  gsize length = strlen (value);

  return length >= LEAST_HEX && strspn (value, "0123456789abcdefABCDEF:") == length;
}

static gboolean
on_key (GtkEventControllerKey *controller,
        guint                  keyval,
        guint                  keycode,
        GdkModifierType        state,
        gpointer               user_data)
{
  GtkWidget *table = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (controller));

  if ((keyval != GDK_KEY_Up && keyval != GDK_KEY_Down) || (state & gtk_accelerator_get_default_mod_mask ()) != 0)
    return FALSE;

  gtk_widget_child_focus (table, keyval == GDK_KEY_Up ? GTK_DIR_UP : GTK_DIR_DOWN);

  return TRUE;
}

static GtkWidget *
new_value (const char *label,
           const char *text)
{
  GtkWidget *value = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (value), 0);
  gtk_label_set_wrap (GTK_LABEL (value), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (value), is_hex (text) ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (value), TRUE);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_widget_set_valign (value, GTK_ALIGN_START);
  if (is_hex (text))
    gtk_widget_add_css_class (value, "wire");
  gtk_accessible_update_property (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, label, -1);

  return value;
}

static GtkWidget *
new_label (const SmtpReportRow *row)
{
  const char *word = probe_report_section_severity_word (row->severity);
  GtkWidget *label;
  GtkWidget *box;

  /* A label that is the word itself need not be said twice. */
  if (word != NULL && g_str_has_prefix (row->label, word))
    {
      box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
      gtk_widget_set_valign (box, GTK_ALIGN_START);
      gtk_box_append (GTK_BOX (box), probe_report_section_new_badge (row->label, row->severity));
      return box;
    }

  label = gtk_label_new (row->label);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_width_chars (GTK_LABEL (label), 12);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 22);
  gtk_widget_add_css_class (label, "dim-label");
  gtk_widget_set_valign (label, GTK_ALIGN_START);

  return label;
}

/* The value of a row, with its severity as a word where the label does not say it already. */
static GtkWidget *
new_cell (const SmtpReportRow *row,
          const char          *label,
          const char          *text)
{
  const char *word = probe_report_section_severity_word (row->severity);
  GtkWidget *value = new_value (label, text);
  GtkWidget *badge;
  GtkWidget *box;

  if (word == NULL || g_str_has_prefix (row->label, word))
    return value;

  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  badge = probe_report_section_new_badge (word, row->severity);
  gtk_widget_set_valign (badge, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (box), badge);
  gtk_box_append (GTK_BOX (box), value);

  return box;
}

/* The row at @index and those that only go on with it, however many names a certificate has, as one text.
 * Returns (transfer full): the text; @index is behind them then. */
static char *
join_rows (const SmtpReportSection *section,
           guint                   *index)
{
  const SmtpReportRow *first = section->rows->pdata[*index];
  g_autoptr (GString) text = g_string_new (first->value);

  while (++*index < section->rows->len)
    {
      const SmtpReportRow *row = section->rows->pdata[*index];

      if (*row->label != '\0' || row->severity != first->severity)
        break;
      g_string_append_printf (text, "\n%s", row->value);
    }

  return g_strdup (text->str);
}

/**
 * probe_report_section_new:
 * @section: a section
 * @labels: the labels of all sections, which are to be of one width
 *
 * Returns: (transfer floating): its rows as a table; the title is left to the caller
 */
GtkWidget *
probe_report_section_new (const SmtpReportSection *section,
                          GtkSizeGroup            *labels)
{
  GtkWidget *table = gtk_grid_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  const char *label = "";
  int line = 0;

  gtk_grid_set_row_spacing (GTK_GRID (table), 4);
  gtk_grid_set_column_spacing (GTK_GRID (table), 12);
  for (guint i = 0; i < section->rows->len; line++)
    {
      const SmtpReportRow *row = section->rows->pdata[i];
      g_autofree char *text = join_rows (section, &i);

      if (*row->label != '\0')
        {
          GtkWidget *widget = new_label (row);

          label = row->label;
          gtk_size_group_add_widget (labels, widget);
          gtk_grid_attach (GTK_GRID (table), widget, 0, line, 1, 1);
        }
      gtk_grid_attach (GTK_GRID (table), new_cell (row, label, text), 1, line, 1, 1);
    }

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), NULL);
  gtk_widget_add_controller (table, keys);
  probe_focus_pass_with_tab (table);

  return table;
}

/**
 * probe_report_section_new_badge:
 * @word: what it says
 * @severity: what it looks like
 *
 * Returns: (transfer floating): a badge
 */
GtkWidget *
probe_report_section_new_badge (const char   *word,
                                SmtpSeverity  severity)
{
  static const char *const classes[] = {
    [SMTP_SEVERITY_INFO] = "plain", [SMTP_SEVERITY_GOOD] = "good",
    [SMTP_SEVERITY_WARNING] = "later", [SMTP_SEVERITY_ERROR] = "bad",
  };
  GtkWidget *badge = gtk_label_new (word);

  gtk_widget_add_css_class (badge, "badge");
  gtk_widget_add_css_class (badge, classes[severity]);

  return badge;
}

/**
 * probe_report_section_severity_word:
 * @severity: a severity
 *
 * Returns: (transfer none) (nullable): it in a word; %NULL for plain facts
 */
const char *
probe_report_section_severity_word (SmtpSeverity severity)
{
  switch (severity)
    {
    case SMTP_SEVERITY_GOOD:
      return _("Good");
    case SMTP_SEVERITY_WARNING:
      return _("Warning");
    case SMTP_SEVERITY_ERROR:
      return _("Fault");
    case SMTP_SEVERITY_INFO:
    default:
      return NULL;
    }
}
