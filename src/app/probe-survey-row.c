/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-survey-row.h"

#include "app/probe-labels.h"

#define LEAST_NAME 10  /* characters */
#define MOST_WORD  20

struct _ProbeSurveyRow
{
  GtkWidget        parent_instance;

  GtkLabel        *name;
  GtkLabel        *reason;
  GtkInscription  *verdict;
  GtkInscription  *grade;
  const char      *grade_class;
  ProbeSurveyLine *line;
};

G_DEFINE_FINAL_TYPE (ProbeSurveyRow, probe_survey_row, GTK_TYPE_WIDGET)

/* Room for each of the words, in whatever language. */
static guint
get_verdict_chars (void)
{
  glong chars = 0;

  for (SmtpSurveyVerdict verdict = SMTP_SURVEY_WAITING; verdict <= SMTP_SURVEY_NOT_TESTABLE; verdict++)
    chars = MAX (chars, g_utf8_strlen (smtp_survey_verdict_to_words (verdict), -1) + 1);

  return (guint) MIN (chars, MOST_WORD);
}

static guint
get_grade_chars (void)
{
  glong chars = 0;

  for (SmtpGrade grade = SMTP_GRADE_NONE; grade < SMTP_N_GRADES; grade++)
    chars = MAX (chars, g_utf8_strlen (smtp_grade_to_words (grade), -1) + 3);

  return (guint) MIN (chars, MOST_WORD);
}

static void
add_cell (ProbeSurveyRow *self,
          GtkWidget      *cell,
          int             column,
          int             row,
          int             n_columns)
{
  GtkLayoutManager *grid = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  gtk_widget_set_parent (cell, GTK_WIDGET (self));
  g_object_set (gtk_layout_manager_get_layout_child (grid, cell),
                "column", column, "row", row, "column-span", n_columns, NULL);
}

static GtkLabel *
add_label (ProbeSurveyRow *self,
           int             row,
           int             n_columns,
           const char     *style_class)
{
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "xalign", 0.0, "wrap", TRUE, "wrap-mode", PANGO_WRAP_WORD_CHAR,
                                   "width-chars", LEAST_NAME, "hexpand", TRUE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_widget_add_css_class (label, style_class);
  add_cell (self, label, 0, row, n_columns);

  return GTK_LABEL (label);
}

static GtkInscription *
add_word (ProbeSurveyRow *self,
          int             column,
          guint           chars,
          float           xalign,
          const char     *style_class)
{
  GtkWidget *word = g_object_new (GTK_TYPE_INSCRIPTION,
                                  "min-chars", chars / 2, "nat-chars", chars, "xalign", xalign, "yalign", 0.5,
                                  "text-overflow", GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END, "valign", GTK_ALIGN_START,
                                  "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);

  gtk_widget_add_css_class (word, style_class);
  add_cell (self, word, column, 0, 1);

  return GTK_INSCRIPTION (word);
}

static void
set_grade (ProbeSurveyRow *self,
           SmtpGrade       grade)
{
  const char *style_class = probe_labels_grade_class (grade);

  gtk_inscription_set_text (self->grade, smtp_grade_to_words (grade));
  if (style_class == self->grade_class)
    return;

  if (self->grade_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->grade), self->grade_class);
  if (style_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self->grade), style_class);
  self->grade_class = style_class;
}

/* The row as one sentence, for those who do not see it. */
static void
update_accessible_name (ProbeSurveyRow *self)
{
  GtkWidget *list_row = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *sentence = probe_survey_line_to_sentence (self->line);

  if (list_row != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (list_row), GTK_ACCESSIBLE_PROPERTY_LABEL, sentence, -1);
}

static void
set_css_class (GtkWidget  *widget,
               const char *style_class,
               gboolean    is_set)
{
  if (is_set)
    gtk_widget_add_css_class (widget, style_class);
  else
    gtk_widget_remove_css_class (widget, style_class);
}

static void
refresh (ProbeSurveyRow *self)
{
  SmtpSurveyRow *row = probe_survey_line_get_row (self->line);
  g_autofree char *reason = probe_survey_line_get_reason (self->line);
  SmtpSurveyRating rating = { SMTP_GRADE_NONE, "", NULL };

  if (row != NULL)
    probe_survey_line_rate (self->line, &rating);
  gtk_label_set_text (self->name, row != NULL ? smtp_survey_row_get_name (row)
                                              : smtp_survey_kind_to_words (probe_survey_line_get_kind (self->line)));
  gtk_inscription_set_text (self->verdict, row != NULL ? smtp_survey_verdict_to_words (smtp_survey_row_get_verdict (row)) : "");
  gtk_widget_set_visible (GTK_WIDGET (self->verdict), row != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->grade), row != NULL);
  set_grade (self, rating.grade);
  gtk_label_set_text (self->reason, reason);
  gtk_widget_set_visible (GTK_WIDGET (self->reason), *reason != '\0');
  set_css_class (GTK_WIDGET (self), "title", row == NULL);
  update_accessible_name (self);
}

static void
drop_line (ProbeSurveyRow *self)
{
  if (self->line != NULL)
    g_signal_handlers_disconnect_by_func (self->line, refresh, self);
  g_clear_object (&self->line);
}

static void
probe_survey_row_dispose (GObject *object)
{
  GtkWidget *child;

  drop_line (PROBE_SURVEY_ROW (object));
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (probe_survey_row_parent_class)->dispose (object);
}

static void
probe_survey_row_class_init (ProbeSurveyRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_survey_row_dispose;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_GRID_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "surveyrow");
}

static void
probe_survey_row_init (ProbeSurveyRow *self)
{
  gtk_grid_layout_set_column_spacing (GTK_GRID_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 10);
  self->name = add_label (self, 0, 1, "name");
  self->verdict = add_word (self, 1, get_verdict_chars (), 0, "verdict");
  self->grade = add_word (self, 2, get_grade_chars (), 0.5, "badge");
  self->reason = add_label (self, 1, 3, "reason");
}

/**
 * probe_survey_row_new:
 *
 * Returns: an empty row
 */
GtkWidget *
probe_survey_row_new (void)
{
  return g_object_new (PROBE_TYPE_SURVEY_ROW, NULL);
}

/**
 * probe_survey_row_set_line:
 * @self: a row
 * @line: (nullable): what to show in it, and to follow as it changes
 */
void
probe_survey_row_set_line (ProbeSurveyRow  *self,
                           ProbeSurveyLine *line)
{
  drop_line (self);
  if (line == NULL)
    return;

  self->line = g_object_ref (line);
  g_signal_connect_swapped (line, "changed", G_CALLBACK (refresh), self);
  refresh (self);
}
