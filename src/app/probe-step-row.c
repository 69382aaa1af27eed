/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-step-row.h"

#include <glib/gi18n.h>

#include "app/probe-labels.h"

#define MOST_BYTES   1000  /* of one line; more does not fit on a screen */
#define LEAST_BADGE  15    /* characters */
#define MOST_BADGE   24
#define LTR_MARK     "\342\200\216"

struct _ProbeStepRow
{
  GtkWidget       parent_instance;

  GtkInscription *at;
  GtkInscription *direction;
  GtkWidget      *lock;
  GtkInscription *text;
  GtkInscription *duration;
  GtkInscription *badge;
  const char     *badge_class;
  ProbeLine      *line;
  gboolean        has_lock;
  GString        *scratch;
};

G_DEFINE_FINAL_TYPE (ProbeStepRow, probe_step_row, GTK_TYPE_WIDGET)

static PangoAttrList *bold;

static GtkInscription *
add_cell (ProbeStepRow *self,
          guint         chars,
          float         xalign,
          const char   *style_class)
{
  GtkWidget *cell = g_object_new (GTK_TYPE_INSCRIPTION,
                                  "min-chars", chars,
                                  "nat-chars", chars,
                                  "xalign", xalign,
                                  "yalign", 0.5,
                                  "text-overflow", GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION,
                                  NULL);

  gtk_widget_add_css_class (cell, style_class);
  gtk_widget_set_parent (cell, GTK_WIDGET (self));

  return GTK_INSCRIPTION (cell);
}

/* Room for a code and the longest of the common words, in whatever language. */
static guint
get_badge_chars (void)
{
  static const char *const words[] = { N_("Temporary"), N_("Permanent"), N_("Success"), N_("Ready"), N_("Go on"),
                                       N_("Out of turn") };
  static guint chars = 0;

  if (chars > 0)
    return chars;

  chars = LEAST_BADGE;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    chars = MAX (chars, (guint) g_utf8_strlen (_(words[i]), -1) + 5);
  chars = MIN (chars, MOST_BADGE);

  return chars;
}

static void
set_badge_class (ProbeStepRow *self,
                 const char   *style_class)
{
  if (style_class == self->badge_class)
    return;

  if (self->badge_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->badge), self->badge_class);
  if (style_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->badge), style_class);
  self->badge_class = style_class;
}

/* What goes over the wire reads from left to right, whatever letters are in it. The end of a line that was cut
 * says so, and is kept in view. */
static void
set_wire_text (ProbeStepRow *self,
               GString      *text)
{
  GtkInscriptionOverflow overflow = text->len > MOST_BYTES ? GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_MIDDLE
                                                           : GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END;

  if (!g_str_is_ascii (text->str))
    g_string_prepend (text, LTR_MARK);
  if (gtk_inscription_get_text_overflow (self->text) != overflow)
    gtk_inscription_set_text_overflow (self->text, overflow);
  gtk_inscription_set_text (self->text, text->str);
}

/* Whether the step is a part of the dialogue, which goes in clear or not. */
static gboolean
is_dialogue (SmtpStep *step)
{
  switch (smtp_step_get_kind (step))
    {
    case SMTP_STEP_GREETING:
    case SMTP_STEP_COMMAND:
    case SMTP_STEP_CONTENT:
    case SMTP_STEP_UNASKED:
      return TRUE;
    case SMTP_STEP_LOOKUP:
    case SMTP_STEP_CONNECT:
    case SMTP_STEP_HANDSHAKE:
    case SMTP_STEP_CLOSE:
    default:
      return FALSE;
    }
}

static gboolean
is_secure (SmtpStep *step)
{
  return smtp_step_get_tls (step) != NULL || (is_dialogue (step) && smtp_step_is_secure (step));
}

static void
set_lock (ProbeStepRow *self,
          gboolean      has_lock)
{
  if (self->has_lock == has_lock)
    return;

  self->has_lock = has_lock;
  if (has_lock)
    gtk_image_set_from_icon_name (GTK_IMAGE (self->lock), "smtp-probe-lock-symbolic");
  else
    gtk_image_clear (GTK_IMAGE (self->lock));
}

/* The row as one sentence, for those who do not see it. Where a run begins to encrypt is said, too. */
static void
update_accessible_name (ProbeStepRow *self,
                        SmtpStep     *step,
                        SmtpLine     *line,
                        gboolean      is_encrypted)
{
  static const char *const directions[] = { N_("sent"), N_("received"), N_("note") };
  GtkWidget *list_row = gtk_widget_get_parent (GTK_WIDGET (self));
  GString *name = self->scratch;

  if (list_row == NULL)
    return;

  g_string_truncate (name, 0);
  if (line->kind != SMTP_LINE_SENT && line->first)
    {
      smtp_lines_append_badge (step, name);
      g_string_append (name, ", ");
    }
  g_string_append_printf (name, "%s: %s", _(directions[line->kind]), gtk_inscription_get_text (self->text));
  if (is_secure (step))
    g_string_append_printf (name, ", %s", _("encrypted"));
  else if (is_encrypted && is_dialogue (step))
    g_string_append_printf (name, ", %s", _("in clear"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (list_row), GTK_ACCESSIBLE_PROPERTY_LABEL, name->str, -1);
}

static void
probe_step_row_dispose (GObject *object)
{
  ProbeStepRow *self = PROBE_STEP_ROW (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (probe_step_row_parent_class)->dispose (object);
}

static void
probe_step_row_finalize (GObject *object)
{
  g_clear_object (&PROBE_STEP_ROW (object)->line);
  g_string_free (PROBE_STEP_ROW (object)->scratch, TRUE);

  G_OBJECT_CLASS (probe_step_row_parent_class)->finalize (object);
}

static void
probe_step_row_class_init (ProbeStepRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = probe_step_row_dispose;
  object_class->finalize = probe_step_row_finalize;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "steprow");

  bold = pango_attr_list_new ();
  pango_attr_list_insert (bold, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
}

static void
probe_step_row_init (ProbeStepRow *self)
{
  self->scratch = g_string_new (NULL);
  self->at = add_cell (self, 8, 0, "at");
  self->direction = add_cell (self, 2, 0.5, "direction");
  self->lock = g_object_new (GTK_TYPE_IMAGE, "pixel-size", 12, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_add_css_class (self->lock, "lock");
  gtk_widget_set_size_request (self->lock, 12, -1);
  gtk_widget_set_parent (self->lock, GTK_WIDGET (self));
  self->text = add_cell (self, 12, 0, "text");
  self->duration = add_cell (self, 8, 1, "duration");
  self->badge = add_cell (self, get_badge_chars (), 0.5, "badge");
  gtk_widget_set_hexpand (GTK_WIDGET (self->text), TRUE);
  gtk_widget_set_valign (GTK_WIDGET (self->badge), GTK_ALIGN_CENTER);
  /* In a language that reads from right to left, too. */
  gtk_widget_set_direction (GTK_WIDGET (self->text), GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (GTK_WIDGET (self->at), GTK_TEXT_DIR_LTR);
}

/**
 * probe_step_row_new:
 *
 * Returns: an empty row
 */
GtkWidget *
probe_step_row_new (void)
{
  return g_object_new (PROBE_TYPE_STEP_ROW, NULL);
}

/**
 * probe_step_row_set_line:
 * @self: a row
 * @line: what to show in it
 * @is_encrypted: whether a part of the run is encrypted
 */
void
probe_step_row_set_line (ProbeStepRow *self,
                         ProbeLine    *line,
                         gboolean      is_encrypted)
{
  static const char *const directions[] = { "→", "←", "·" };
  SmtpStep *step = probe_line_get_step (line);
  GString *text = self->scratch;
  SmtpLine info;

  g_set_object (&self->line, line);
  smtp_lines_get (step, probe_line_get_index (line), &info);
  set_lock (self, is_secure (step));

  g_string_truncate (text, 0);
  if (info.first)
    smtp_lines_append_offset (info.at_us, text);
  gtk_inscription_set_text (self->at, text->str);
  gtk_inscription_set_text (self->direction, info.first ? directions[info.kind] : "");

  g_string_truncate (text, 0);
  smtp_lines_append_text (step, probe_line_get_index (line), MOST_BYTES, text);
  set_wire_text (self, text);
  gtk_inscription_set_attributes (self->text, info.kind == SMTP_LINE_SENT ? bold : NULL);

  g_string_truncate (text, 0);
  if (info.first && info.duration_us >= 0)
    smtp_lines_append_duration (info.duration_us, text);
  gtk_inscription_set_text (self->duration, text->str);

  g_string_truncate (text, 0);
  if (info.first && info.kind != SMTP_LINE_SENT && smtp_step_is_settled (step))
    smtp_lines_append_badge (step, text);
  gtk_inscription_set_text (self->badge, text->str);
  set_badge_class (self, text->len > 0 ? probe_labels_step_class (step) : NULL);

  update_accessible_name (self, step, &info, is_encrypted);
}

/**
 * probe_step_row_set_encrypted:
 * @self: a row
 * @is_encrypted: whether a part of the run is encrypted
 *
 * For a row that was shown before that was known.
 */
void
probe_step_row_set_encrypted (ProbeStepRow *self,
                              gboolean      is_encrypted)
{
  SmtpLine info;

  if (self->line == NULL)
    return;

  smtp_lines_get (probe_line_get_step (self->line), probe_line_get_index (self->line), &info);
  update_accessible_name (self, probe_line_get_step (self->line), &info, is_encrypted);
}
