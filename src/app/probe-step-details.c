/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-step-details.h"

#include <glib/gi18n.h>

#include "app/probe-labels.h"
#include "diagnosis/smtp-advice.h"
#include "diagnosis/smtp-explanation.h"
#include "diagnosis/smtp-tls-advice.h"
#include "export/smtp-lines.h"
#include "protocol/smtp-bytes.h"

#define MOST_LINES 200   /* of bytes shown; the exports have them all */
#define MOST_BYTES 4000

struct _ProbeStepDetails
{
  GtkWidget    parent_instance;

  GtkWidget   *scroller;
  GtkLabel    *badge;
  GtkLabel    *meaning;
  GtkLabel    *next;
  GtkLabel    *parts;
  GtkWidget   *show_server;
  GtkWidget   *bytes_expander;
  GtkLabel    *bytes;
  const char  *badge_class;
};

G_DEFINE_FINAL_TYPE (ProbeStepDetails, probe_step_details, GTK_TYPE_WIDGET)

static void
set_text (GtkLabel   *label,
          const char *text)
{
  gtk_label_set_text (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL && *text != '\0');
}

static void
set_badge (ProbeStepDetails *self,
           SmtpStep         *step)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (self->badge_class != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->badge), self->badge_class);
  self->badge_class = NULL;

  if (step != NULL && smtp_step_is_settled (step))
    {
      smtp_lines_append_badge (step, text);
      self->badge_class = probe_labels_step_class (step);
      gtk_widget_add_css_class (GTK_WIDGET (self->badge), self->badge_class);
    }
  set_text (self->badge, text->str);
}

static void
add (GString    *text,
     const char *sentence)
{
  if (sentence == NULL)
    return;
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, sentence);
}

static void
explain_reply (ProbeStepDetails *self,
               SmtpStep         *step,
               SmtpExplanation  *explanation)
{
  g_autofree char *failure = smtp_advice_for_failure (step);
  g_autofree char *parts = smtp_explanation_describe (step);
  g_autoptr (GString) next = g_string_new (NULL);

  set_text (self->meaning, failure != NULL ? failure : explanation->meaning);

  if (!smtp_verdict_is_good (smtp_step_get_verdict (step)) && failure == NULL)
    {
      add (next, smtp_retry_to_words (explanation->retry));
      add (next, smtp_actor_to_words (explanation->actor));
      add (next, explanation->next);
    }
  set_text (self->next, next->str);
  set_text (self->parts, parts);
}

/* What a handshake showed: each fault with what to do about it. */
static void
explain_handshake (ProbeStepDetails *self,
                   SmtpTlsInfo      *tls)
{
  g_autoptr (GString) faults = g_string_new (NULL);

  for (guint i = 0; i < tls->faults->len; i++)
    {
      const SmtpTlsFault *fault = tls->faults->pdata[i];
      g_autofree char *sentence = smtp_tls_advice_for_fault (tls, fault);

      g_string_append_printf (faults, "%s• %s %s", i > 0 ? "\n" : "", sentence, smtp_tls_advice_for_fault_next (fault->id));
    }
  set_text (self->next, faults->str);
}

/* Every byte of the reply, each line with its end. */
static void
show_bytes (ProbeStepDetails *self,
            SmtpStep         *step)
{
  SmtpReply *reply = step != NULL ? smtp_step_get_reply (step) : NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *raw;
  const char *line;
  gsize length;
  guint n = 0;

  gtk_widget_set_visible (self->bytes_expander, reply != NULL);
  if (reply == NULL || !gtk_expander_get_expanded (GTK_EXPANDER (self->bytes_expander)))
    return;

  raw = smtp_reply_get_raw (reply, &length);
  for (line = raw; line < raw + length && n < MOST_LINES; n++)
    {
      const char *end = memchr (line, '\n', (gsize) (raw + length - line));
      gsize line_length = end != NULL ? (gsize) (end - line) + 1 : (gsize) (raw + length - line);
      g_autofree char *shown = smtp_bytes_escape (line, line_length, MOST_BYTES);

      if (n > 0)
        g_string_append_c (text, '\n');
      g_string_append (text, shown);
      line += line_length;
    }
  if (line < raw + length)
    g_string_append (text, "\n…");

  gtk_label_set_text (self->bytes, text->str);
}

static void
on_expanded (GtkExpander      *expander,
             GParamSpec       *pspec,
             ProbeStepDetails *self)
{
  show_bytes (self, g_object_get_data (G_OBJECT (self), "step"));
}

static void
probe_step_details_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), PROBE_TYPE_STEP_DETAILS);

  G_OBJECT_CLASS (probe_step_details_parent_class)->dispose (object);
}

static void
probe_step_details_class_init (ProbeStepDetailsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_step_details_dispose;

  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SmtpProbe/probe-step-details.ui");
  gtk_widget_class_bind_template_child (widget_class, ProbeStepDetails, scroller);
  gtk_widget_class_bind_template_child (widget_class, ProbeStepDetails, badge);
  gtk_widget_class_bind_template_child (widget_class, ProbeStepDetails, meaning);
  gtk_widget_class_bind_template_child (widget_class, ProbeStepDetails, next);
  gtk_widget_class_bind_template_child (widget_class, ProbeStepDetails, parts);
  gtk_widget_class_bind_template_child (widget_class, ProbeStepDetails, show_server);
  gtk_widget_class_bind_template_child (widget_class, ProbeStepDetails, bytes_expander);
  gtk_widget_class_bind_template_child (widget_class, ProbeStepDetails, bytes);
}

static void
probe_step_details_init (ProbeStepDetails *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect (self->bytes_expander, "notify::expanded", G_CALLBACK (on_expanded), self);
  probe_step_details_set_step (self, NULL);
}

/**
 * probe_step_details_new:
 *
 * Returns: an empty pane
 */
GtkWidget *
probe_step_details_new (void)
{
  return g_object_new (PROBE_TYPE_STEP_DETAILS, NULL);
}

/**
 * probe_step_details_set_step:
 * @self: a pane
 * @step: (nullable): what to explain
 */
void
probe_step_details_set_step (ProbeStepDetails *self,
                             SmtpStep         *step)
{
  SmtpExplanation explanation;

  g_object_set_data_full (G_OBJECT (self), "step", step != NULL ? g_object_ref (step) : NULL, g_object_unref);
  set_badge (self, step);
  show_bytes (self, step);
  gtk_widget_set_visible (self->show_server, step != NULL && smtp_step_get_tls (step) != NULL);

  if (step == NULL)
    {
      set_text (self->meaning, _("Select a line of the transcript to see what it means."));
      set_text (self->next, NULL);
      set_text (self->parts, NULL);
    }
  else if (smtp_explanation_get (step, &explanation))
    {
      explain_reply (self, step, &explanation);
    }
  else
    {
      g_autofree char *note = smtp_step_is_settled (step) ? smtp_advice_for_step (step) : smtp_advice_for_waiting (step);

      set_text (self->meaning, note);
      set_text (self->next, NULL);
      set_text (self->parts, smtp_step_get_detail (step));
      if (smtp_step_get_tls (step) != NULL)
        explain_handshake (self, smtp_step_get_tls (step));
    }
}
