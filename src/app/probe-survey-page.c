/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-survey-page.h"

#include <glib/gi18n.h>

#include "app/probe-focus.h"
#include "app/probe-labels.h"
#include "app/probe-survey-row.h"
#include "app/probe-verdict-strip.h"
#include "export/smtp-export-survey.h"
#include "session/smtp-survey.h"

/* A survey is under way while tick is set. */
struct _ProbeSurveyPage
{
  GtkWidget           parent_instance;

  ProbeVerdictStrip  *strip;
  GtkLabel           *keylog;
  GtkToggleButton    *accepted;
  GtkToggleButton    *refused;
  GtkToggleButton    *untestable;
  GtkWidget          *list;

  SmtpSurvey         *survey;
  SmtpSurveySummary   summary;     /* once it is over */
  gboolean            is_over;
  char               *question;    /* of the last connection */
  guint               n_shown;     /* connections that the headings know of, and one */
  guint               tick;

  ProbeSurveyLine    *headings[SMTP_SURVEY_N_KINDS];
  GPtrArray          *rows;        /* a line for each row of the survey */
  GListStore         *lines;       /* what is shown */
  GtkSingleSelection *selection;
};

enum
{
  OVER,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ProbeSurveyPage, probe_survey_page, GTK_TYPE_WIDGET)

static SmtpSurveyVerdict
get_verdict (ProbeSurveyLine *line)
{
  return smtp_survey_row_get_verdict (probe_survey_line_get_row (line));
}

static gboolean
is_wanted (ProbeSurveyPage *self,
           ProbeSurveyLine *line)
{
  /* Of versions there are few, and each is worth a line. */
  if (probe_survey_line_get_kind (line) == SMTP_SURVEY_VERSION)
    return TRUE;

  switch (get_verdict (line))
    {
    case SMTP_SURVEY_ACCEPTED:
      return gtk_toggle_button_get_active (self->accepted);
    case SMTP_SURVEY_REFUSED:
      return gtk_toggle_button_get_active (self->refused);
    case SMTP_SURVEY_NOT_TESTABLE:
      return gtk_toggle_button_get_active (self->untestable);
    case SMTP_SURVEY_WAITING:
    default:
      return TRUE;
    }
}

/* At the end what is accepted comes first, and the worst of it on top; before that, rows keep their places. */
static int
get_rank (ProbeSurveyPage *self,
          ProbeSurveyLine *line)
{
  SmtpSurveyRating rating;

  if (!self->is_over || probe_survey_line_get_kind (line) == SMTP_SURVEY_VERSION)
    return 0;
  if (get_verdict (line) != SMTP_SURVEY_ACCEPTED)
    return (int) get_verdict (line);

  probe_survey_line_rate (line, &rating);

  return -(int) rating.grade;
}

static void
append_kind (ProbeSurveyPage *self,
             SmtpSurveyKind   kind,
             GPtrArray       *lines)
{
  gboolean has_rows = FALSE;
  guint begin;

  g_ptr_array_add (lines, self->headings[kind]);
  begin = lines->len;
  for (guint i = 0; i < self->rows->len; i++)
    {
      ProbeSurveyLine *line = self->rows->pdata[i];
      guint place;

      if (probe_survey_line_get_kind (line) != kind)
        continue;
      has_rows = TRUE;
      if (!is_wanted (self, line))
        continue;

      for (place = lines->len; place > begin && get_rank (self, lines->pdata[place - 1]) > get_rank (self, line); place--)
        ;
      g_ptr_array_insert (lines, (int) place, line);
    }

  if (!has_rows)
    g_ptr_array_remove_index (lines, begin - 1);
}

static char *
describe_kind (ProbeSurveyPage *self,
               SmtpSurveyKind   kind)
{
  GString *text = g_string_new (NULL);
  guint n_accepted = 0;
  guint n_asked = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      ProbeSurveyLine *line = self->rows->pdata[i];

      if (probe_survey_line_get_kind (line) != kind || get_verdict (line) == SMTP_SURVEY_NOT_TESTABLE)
        continue;
      n_accepted += get_verdict (line) == SMTP_SURVEY_ACCEPTED ? 1 : 0;
      n_asked++;
    }

  /* Translators: how many cipher suites, or the like, the server accepts, of how many it is asked for */
  g_string_append_printf (text, _("%u of %u accepted."), n_accepted, n_asked);
  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; kind == SMTP_SURVEY_SUITE && version >= SMTP_TLS_VERSION_1_0; version--)
    {
      g_autofree char *order = smtp_survey_describe_order (smtp_survey_get_survey_plan (self->survey), version);

      if (order != NULL)
        g_string_append_printf (text, "\n%s: %s", smtp_survey_version_to_name (version), order);
    }

  return g_string_free (text, FALSE);
}

/* Groups of the server's own come in late. */
static void
take_new_rows (ProbeSurveyPage *self)
{
  GListModel *rows = smtp_survey_get_rows (self->survey);
  guint16 port = smtp_plan_get_port (smtp_survey_get_plan (self->survey));

  for (guint i = self->rows->len; i < g_list_model_get_n_items (rows); i++)
    {
      g_autoptr (SmtpSurveyRow) row = g_list_model_get_item (rows, i);

      g_ptr_array_add (self->rows, probe_survey_line_new (row, port));
    }
}

static void
take_label (GtkToggleButton *button,
            char            *owned)
{
  g_autofree char *text = owned;

  gtk_button_set_label (GTK_BUTTON (button), text);
  gtk_widget_set_tooltip_text (GTK_WIDGET (button), text);
  /* A narrow window stays narrow. */
  gtk_label_set_ellipsize (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button))), PANGO_ELLIPSIZE_END);
}

/* How many there are is told whether they are shown or not. */
static void
show_counts (ProbeSurveyPage *self)
{
  guint n[SMTP_SURVEY_NOT_TESTABLE + 1] = { 0, };

  for (guint i = 0; i < self->rows->len; i++)
    n[get_verdict (self->rows->pdata[i])]++;

  take_label (self->accepted, g_strdup_printf (_("Accepted: %u"), n[SMTP_SURVEY_ACCEPTED]));
  take_label (self->refused, g_strdup_printf (_("Refused: %u"), n[SMTP_SURVEY_REFUSED]));
  take_label (self->untestable, g_strdup_printf (_("Not testable: %u"), n[SMTP_SURVEY_NOT_TESTABLE]));
}

static void
show_headings (ProbeSurveyPage *self)
{
  show_counts (self);
  for (SmtpSurveyKind kind = 0; kind < SMTP_SURVEY_N_KINDS; kind++)
    {
      g_autofree char *note = describe_kind (self, kind);

      probe_survey_line_set_note (self->headings[kind], note);
    }
}

/* Puts the lines together anew. What was selected stays so. */
static void
refill (ProbeSurveyPage *self)
{
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();
  ProbeSurveyLine *selected = gtk_single_selection_get_selected_item (self->selection);
  guint position;

  if (self->survey == NULL)
    return;

  if (selected != NULL)
    g_object_ref (selected);
  take_new_rows (self);
  show_headings (self);
  for (SmtpSurveyKind kind = 0; kind < SMTP_SURVEY_N_KINDS; kind++)
    append_kind (self, kind, lines);
  g_list_store_splice (self->lines, 0, g_list_model_get_n_items (G_LIST_MODEL (self->lines)), lines->pdata, lines->len);

  if (selected != NULL && g_list_store_find (self->lines, selected, &position))
    gtk_single_selection_set_selected (self->selection, position);
  g_clear_object (&selected);
}

/* What goes on, for how long. */
static void
show_progress (ProbeSurveyPage *self)
{
  guint n_done = smtp_survey_get_n_done (self->survey);
  guint n_planned = MAX (smtp_survey_get_n_planned (self->survey), 1);
  const SmtpSurveyQuestion *question = smtp_survey_get_question (self->survey);
  double elapsed = (double) smtp_survey_get_elapsed_us (self->survey) / G_USEC_PER_SEC;
  g_autofree char *headline = NULL;
  g_autofree char *sentence = NULL;

  if (question != NULL)
    {
      g_free (self->question);
      self->question = smtp_survey_describe_question (question);
    }

  headline = g_strdup_printf (_("Connection %u of about %u"), MIN (n_done + 1, n_planned), n_planned);
  /* Translators: what is being asked; for how long the survey has been running, in seconds */
  sentence = g_strdup_printf (_("%s; %.1f s"), self->question != NULL ? self->question : "", elapsed);
  probe_verdict_strip_show_progress (self->strip, headline, sentence, CLAMP ((double) n_done / n_planned, 0, 1));

  if (self->n_shown != n_done + 1)
    {
      self->n_shown = n_done + 1;
      show_headings (self);
    }
}

static gboolean
on_tick (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  show_progress (PROBE_SURVEY_PAGE (widget));

  return G_SOURCE_CONTINUE;
}

/* What the server accepts colours the verdict, not that the survey came to its end. */
static void
show_verdict (ProbeSurveyPage *self)
{
  const SmtpSurveySummary *summary = &self->summary;
  SmtpOutcome outcome = summary->outcome;
  g_autofree char *sentence = g_strjoin (summary->next != NULL ? " " : NULL, summary->verdict, summary->next, NULL);
  const char *style_class = probe_labels_outcome_class (outcome);
  const char *icon = probe_labels_outcome_icon (outcome);

  if (outcome == SMTP_OUTCOME_WORKS && (summary->n_grades[SMTP_GRADE_INSECURE] > 0 || summary->n_grades[SMTP_GRADE_DATED] > 0))
    {
      style_class = probe_labels_grade_class (summary->n_grades[SMTP_GRADE_INSECURE] > 0 ? SMTP_GRADE_INSECURE : SMTP_GRADE_DATED);
      icon = "dialog-warning-symbolic";
    }

  probe_verdict_strip_show_result (self->strip, style_class, icon, summary->headline, sentence);
  for (SmtpGrade grade = SMTP_GRADE_GOOD; grade < SMTP_N_GRADES; grade++)
    {
      g_autofree char *count = g_strdup_printf ("%u %s", summary->n_grades[grade], smtp_grade_to_words (grade));

      probe_verdict_strip_set_count (self->strip, probe_labels_grade_class (grade), summary->n_grades[grade] > 0 ? count : NULL);
    }
}

static void
stop_ticking (ProbeSurveyPage *self)
{
  if (self->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick);
  self->tick = 0;
}

static void
on_over (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (ProbeSurveyPage) self = user_data;

  smtp_survey_run_finish (SMTP_SURVEY (object), result, NULL);
  if (self->survey != SMTP_SURVEY (object))
    return;  /* the window was closed meanwhile */

  stop_ticking (self);
  self->is_over = TRUE;
  smtp_survey_summarize (smtp_survey_get_survey_plan (self->survey), smtp_survey_get_plan (self->survey), &self->summary);
  refill (self);
  show_verdict (self);
  g_signal_emit (self, signals[OVER], 0);
}

static void
on_setup (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  gtk_list_item_set_child (item, probe_survey_row_new ());
}

static void
on_bind (GtkSignalListItemFactory *factory,
         GtkListItem              *item)
{
  probe_survey_row_set_line (PROBE_SURVEY_ROW (gtk_list_item_get_child (item)), gtk_list_item_get_item (item));
}

static void
on_unbind (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  probe_survey_row_set_line (PROBE_SURVEY_ROW (gtk_list_item_get_child (item)), NULL);
}

/* While the keys are being given away, that is to be seen. */
static void
show_keylog (ProbeSurveyPage *self,
             SmtpPlan        *plan)
{
  const char *path = smtp_tls_options_get (smtp_plan_get_tls (plan), SMTP_TLS_OPTION_KEYLOG_FILE);

  if (path != NULL)
    {
      g_autofree char *shown = g_filename_display_name (path);
      g_autofree char *text = g_strdup_printf (_("The keys of this run are being written to %s"), shown);

      gtk_label_set_text (self->keylog, text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->keylog), path != NULL);
}

static void
clear (ProbeSurveyPage *self)
{
  stop_ticking (self);
  g_clear_object (&self->survey);
  g_clear_pointer (&self->question, g_free);
  smtp_survey_summary_clear (&self->summary);
  self->is_over = FALSE;
  self->n_shown = 0;
}

static void
probe_survey_page_dispose (GObject *object)
{
  ProbeSurveyPage *self = PROBE_SURVEY_PAGE (object);
  GtkWidget *child;

  clear (self);
  gtk_widget_dispose_template (GTK_WIDGET (object), PROBE_TYPE_SURVEY_PAGE);
  /* In GTK 4.8 that leaves those without a name. */
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  for (SmtpSurveyKind kind = 0; kind < SMTP_SURVEY_N_KINDS; kind++)
    g_clear_object (&self->headings[kind]);
  g_clear_object (&self->selection);
  g_clear_object (&self->lines);
  g_clear_pointer (&self->rows, g_ptr_array_unref);

  G_OBJECT_CLASS (probe_survey_page_parent_class)->dispose (object);
}

static void
probe_survey_page_class_init (ProbeSurveyPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_survey_page_dispose;

  g_type_ensure (PROBE_TYPE_VERDICT_STRIP);
  gtk_widget_class_set_css_name (widget_class, "surveypage");
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SmtpProbe/probe-survey-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ProbeSurveyPage, strip);
  gtk_widget_class_bind_template_child (widget_class, ProbeSurveyPage, keylog);
  gtk_widget_class_bind_template_child (widget_class, ProbeSurveyPage, accepted);
  gtk_widget_class_bind_template_child (widget_class, ProbeSurveyPage, refused);
  gtk_widget_class_bind_template_child (widget_class, ProbeSurveyPage, untestable);
  gtk_widget_class_bind_template_child (widget_class, ProbeSurveyPage, list);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "win.copy", NULL);

  signals[OVER] = g_signal_new ("over", PROBE_TYPE_SURVEY_PAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
probe_survey_page_init (ProbeSurveyPage *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  gtk_widget_init_template (GTK_WIDGET (self));

  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->lines = g_list_store_new (PROBE_TYPE_SURVEY_LINE);
  self->selection = gtk_single_selection_new (G_LIST_MODEL (g_object_ref (self->lines)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  for (SmtpSurveyKind kind = 0; kind < SMTP_SURVEY_N_KINDS; kind++)
    self->headings[kind] = probe_survey_line_new_heading (kind);

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), NULL);
  gtk_list_view_set_factory (GTK_LIST_VIEW (self->list), factory);
  gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (self->selection));
  probe_focus_pass_with_tab (self->list);

  g_signal_connect_swapped (self->accepted, "toggled", G_CALLBACK (refill), self);
  g_signal_connect_swapped (self->refused, "toggled", G_CALLBACK (refill), self);
  g_signal_connect_swapped (self->untestable, "toggled", G_CALLBACK (refill), self);
}

/**
 * probe_survey_page_new:
 *
 * Returns: an empty page
 */
GtkWidget *
probe_survey_page_new (void)
{
  return g_object_new (PROBE_TYPE_SURVEY_PAGE, NULL);
}

/**
 * probe_survey_page_run:
 * @self: a page with no survey under way
 * @plan: a checked plan, which encrypts
 * @tls: its TLS options, loaded
 * @cancellable: stops the survey
 *
 * Makes a survey and shows it, in place of the one before.
 */
void
probe_survey_page_run (ProbeSurveyPage *self,
                       SmtpPlan        *plan,
                       SmtpTlsSettings *tls,
                       GCancellable    *cancellable)
{
  g_return_if_fail (self->tick == 0);

  clear (self);
  g_list_store_remove_all (self->lines);
  g_ptr_array_set_size (self->rows, 0);
  self->survey = smtp_survey_new (plan, tls, SMTP_SURVEY_DEFAULT_PAUSE_MS);
  show_keylog (self, plan);
  refill (self);
  smtp_survey_run_async (self->survey, G_PRIORITY_DEFAULT, cancellable, on_over, g_object_ref (self));
  self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
  show_progress (self);
}

/**
 * probe_survey_page_is_over:
 * @self: a page
 *
 * Returns: whether there is a result
 */
gboolean
probe_survey_page_is_over (ProbeSurveyPage *self)
{
  return self->is_over;
}

/**
 * probe_survey_page_get_plan:
 * @self: a page on which a survey was made
 *
 * Returns: (transfer none): what was asked
 */
SmtpPlan *
probe_survey_page_get_plan (ProbeSurveyPage *self)
{
  return smtp_survey_get_plan (self->survey);
}

/**
 * probe_survey_page_get_elapsed_us:
 * @self: a page on which a survey was made
 *
 * Returns: how long it has taken, in microseconds
 */
gint64
probe_survey_page_get_elapsed_us (ProbeSurveyPage *self)
{
  return smtp_survey_get_elapsed_us (self->survey);
}

/**
 * probe_survey_page_get_started:
 * @self: a page on which a survey was made
 *
 * Returns: (transfer none): when it began
 */
GDateTime *
probe_survey_page_get_started (ProbeSurveyPage *self)
{
  return smtp_survey_get_started (self->survey);
}

/**
 * probe_survey_page_export:
 * @self: a page whose survey is over
 * @format: a format
 *
 * Returns: (transfer full): the survey in that format
 */
GBytes *
probe_survey_page_export (ProbeSurveyPage  *self,
                          SmtpExportFormat  format)
{
  const SmtpExportSurvey document = {
    .program = "smtp-probe",
    .plan = smtp_survey_get_plan (self->survey),
    .survey = smtp_survey_get_survey_plan (self->survey),
    .summary = &self->summary,
    .started = smtp_survey_get_started (self->survey),
    .elapsed_us = smtp_survey_get_elapsed_us (self->survey),
  };

  return smtp_export_survey (format, &document);
}

/**
 * probe_survey_page_copy_selected:
 * @self: a page
 *
 * Returns: (transfer full) (nullable): the selected line in a sentence; %NULL if none is
 */
char *
probe_survey_page_copy_selected (ProbeSurveyPage *self)
{
  ProbeSurveyLine *line = gtk_single_selection_get_selected_item (self->selection);

  return line != NULL ? probe_survey_line_to_sentence (line) : NULL;
}
