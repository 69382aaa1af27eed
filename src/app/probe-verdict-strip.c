/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-verdict-strip.h"

#include <glib/gi18n.h>

#include "app/probe-labels.h"
#include "diagnosis/smtp-advice.h"

struct _ProbeVerdictStrip
{
  GtkWidget       parent_instance;

  GtkWidget      *content;
  GtkImage       *icon;
  GtkLabel       *headline;
  GtkLabel       *sentence;
  GtkBox         *counts;
  GtkLabel       *good;
  GtkLabel       *later;
  GtkLabel       *bad;
  GtkProgressBar *progress;
  const char     *style_class;
};

G_DEFINE_FINAL_TYPE (ProbeVerdictStrip, probe_verdict_strip, GTK_TYPE_WIDGET)

static void
set_style_class (ProbeVerdictStrip *self,
                 const char        *style_class)
{
  if (self->style_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self), self->style_class);
  if (style_class != NULL)
    gtk_widget_add_css_class (GTK_WIDGET (self), style_class);
  self->style_class = style_class;
}

static void
set_count (GtkLabel *label,
           char     *text)
{
  g_autofree char *owned = text;

  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
}

static void
clear_counts (ProbeVerdictStrip *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->counts), GTK_ORIENTATION_HORIZONTAL);
  gtk_box_set_spacing (self->counts, 14);
  set_count (self->good, NULL);
  set_count (self->later, NULL);
  set_count (self->bad, NULL);
}

static void
begin_running (ProbeVerdictStrip *self)
{
  if (g_strcmp0 (self->style_class, "running") == 0)
    return;

  set_style_class (self, "running");
  gtk_image_set_from_icon_name (self->icon, "content-loading-symbolic");
  clear_counts (self);
}

static char *
describe_progress (double  elapsed,
                   guint64 done,
                   guint64 total)
{
  g_autofree char *done_text = g_format_size (done);
  g_autofree char *total_text = g_format_size (total);

  /* Translators: seconds; how much of the message has been sent, and how large it is, such as 3.5 MB */
  return g_strdup_printf (_("%.1f s; %s of %s"), elapsed, done_text, total_text);
}

static char *
describe_arrival (double elapsed,
                  double limit,
                  gsize  n_bytes)
{
  g_autofree char *bytes = g_format_size (n_bytes);

  /* Translators: seconds, of so many at most; how much has come, such as 3.5 MB */
  return g_strdup_printf (_("%.1f s of %.0f s; %s so far"), elapsed, limit, bytes);
}

static void
probe_verdict_strip_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PROBE_TYPE_VERDICT_STRIP);

  G_OBJECT_CLASS (probe_verdict_strip_parent_class)->dispose (object);
}

static void
probe_verdict_strip_class_init (ProbeVerdictStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_verdict_strip_dispose;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SmtpProbe/probe-verdict-strip.ui");
  gtk_widget_class_set_css_name (widget_class, "verdictstrip");
  gtk_widget_class_bind_template_child (widget_class, ProbeVerdictStrip, content);
  gtk_widget_class_bind_template_child (widget_class, ProbeVerdictStrip, icon);
  gtk_widget_class_bind_template_child (widget_class, ProbeVerdictStrip, headline);
  gtk_widget_class_bind_template_child (widget_class, ProbeVerdictStrip, sentence);
  gtk_widget_class_bind_template_child (widget_class, ProbeVerdictStrip, counts);
  gtk_widget_class_bind_template_child (widget_class, ProbeVerdictStrip, good);
  gtk_widget_class_bind_template_child (widget_class, ProbeVerdictStrip, later);
  gtk_widget_class_bind_template_child (widget_class, ProbeVerdictStrip, bad);
  gtk_widget_class_bind_template_child (widget_class, ProbeVerdictStrip, progress);
}

static void
probe_verdict_strip_init (ProbeVerdictStrip *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * probe_verdict_strip_new:
 *
 * Returns: an empty strip
 */
GtkWidget *
probe_verdict_strip_new (void)
{
  return g_object_new (PROBE_TYPE_VERDICT_STRIP, NULL);
}

/**
 * probe_verdict_strip_show_run:
 * @self: a strip
 * @session: a session under way
 *
 * Shows what is being waited for, for how long, and how long that may take.
 */
void
probe_verdict_strip_show_run (ProbeVerdictStrip *self,
                              SmtpSession       *session)
{
  SmtpTranscript *transcript = smtp_session_get_transcript (session);
  guint n_steps = smtp_transcript_get_n_steps (transcript);
  SmtpStep *step = n_steps > 0 ? smtp_transcript_get_step (transcript, n_steps - 1) : NULL;
  g_autofree char *headline = NULL;
  g_autofree char *sentence = NULL;
  double elapsed;
  double limit;

  if (step == NULL || smtp_step_is_settled (step))
    return;

  begin_running (self);
  elapsed = (double) (smtp_session_get_elapsed_us (session) - smtp_step_get_start_us (step)) / G_USEC_PER_SEC;
  limit = (double) smtp_step_get_limit_us (step) / G_USEC_PER_SEC;
  headline = smtp_advice_for_waiting (step);
  if (smtp_step_get_kind (step) == SMTP_STEP_CONTENT && !smtp_step_is_content_complete (step))
    sentence = describe_progress (elapsed, smtp_step_get_content_bytes (step), smtp_step_get_content_total (step));
  else if (smtp_session_get_pending_bytes (session) > 0)
    sentence = describe_arrival (elapsed, limit, smtp_session_get_pending_bytes (session));
  else
    sentence = g_strdup_printf (_("%.1f s of %.0f s"), elapsed, limit);

  gtk_label_set_text (self->headline, headline);
  gtk_label_set_text (self->sentence, sentence);
  gtk_progress_bar_set_fraction (self->progress, CLAMP (elapsed / limit, 0, 1));
}

/**
 * probe_verdict_strip_set_verdict:
 * @self: a strip
 * @diagnosis: the diagnosis of a run that is over
 */
void
probe_verdict_strip_set_verdict (ProbeVerdictStrip *self,
                                 SmtpDiagnosis     *diagnosis)
{
  SmtpOutcome outcome = smtp_diagnosis_get_outcome (diagnosis);
  const char *next = smtp_diagnosis_get_next (diagnosis);
  g_autofree char *sentence = g_strjoin (next != NULL ? " " : NULL, smtp_diagnosis_get_verdict (diagnosis), next, NULL);
  guint n_good = smtp_diagnosis_count (diagnosis, SMTP_VERDICT_ACCEPTED) + smtp_diagnosis_count (diagnosis, SMTP_VERDICT_WANTS_MORE);
  guint n_bad = 0;

  for (SmtpVerdict verdict = SMTP_VERDICT_DEFERRED; verdict <= SMTP_VERDICT_TIMED_OUT; verdict++)
    n_bad += smtp_diagnosis_count (diagnosis, verdict);

  probe_verdict_strip_show_result (self, probe_labels_outcome_class (outcome), probe_labels_outcome_icon (outcome),
                                   smtp_diagnosis_get_headline (diagnosis), sentence);
  set_count (self->good, n_good > 0 ? g_strdup_printf (_("%u ok"), n_good) : NULL);
  set_count (self->bad, n_bad > 0 ? g_strdup_printf (_("%u failed"), n_bad) : NULL);
}

/**
 * probe_verdict_strip_show_progress:
 * @self: a strip
 * @headline: how far something that goes on has come
 * @sentence: what it is about
 * @fraction: how much of it is done, from 0 to 1
 */
void
probe_verdict_strip_show_progress (ProbeVerdictStrip *self,
                                   const char        *headline,
                                   const char        *sentence,
                                   double             fraction)
{
  begin_running (self);
  gtk_label_set_text (self->headline, headline);
  gtk_label_set_text (self->sentence, sentence);
  gtk_progress_bar_set_fraction (self->progress, fraction);
}

/**
 * probe_verdict_strip_show_result:
 * @self: a strip
 * @style_class: (transfer none): the style class of the verdict; a constant
 * @icon: the name of its icon
 * @headline: it in a few words
 * @sentence: it in a sentence, and the next step
 *
 * Shows a verdict without counts.
 */
void
probe_verdict_strip_show_result (ProbeVerdictStrip *self,
                                 const char        *style_class,
                                 const char        *icon,
                                 const char        *headline,
                                 const char        *sentence)
{
  set_style_class (self, style_class);
  clear_counts (self);
  gtk_image_set_from_icon_name (self->icon, icon);
  gtk_label_set_text (self->headline, headline);
  gtk_label_set_text (self->sentence, sentence);
  gtk_progress_bar_set_fraction (self->progress, 0);
}

/**
 * probe_verdict_strip_set_count:
 * @self: a strip that shows a verdict
 * @style_class: which of the badges: good, later or bad
 * @text: (nullable): what to write there; %NULL: leave it out
 *
 * There may be three; so they stand one below the other.
 */
void
probe_verdict_strip_set_count (ProbeVerdictStrip *self,
                               const char        *style_class,
                               const char        *text)
{
  GtkLabel *label = g_str_equal (style_class, "good") ? self->good : g_str_equal (style_class, "later") ? self->later : self->bad;

  set_count (label, g_strdup (text));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->counts), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (self->counts, 3);
}
