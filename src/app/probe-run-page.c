/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-run-page.h"

#include <glib/gi18n.h>

#include "app/probe-server-page.h"
#include "app/probe-step-details.h"
#include "app/probe-transcript-view.h"
#include "app/probe-verdict-strip.h"

struct _ProbeRunPage
{
  GtkWidget            parent_instance;

  ProbeVerdictStrip   *strip;
  GtkLabel            *keylog;
  GtkStack            *stack;
  GtkRevealer         *search_revealer;
  GtkWidget           *search_entry;
  GtkToggleButton     *sent;
  GtkToggleButton     *received;
  GtkToggleButton     *notes;
  GtkToggleButton     *failures;
  GtkWidget           *paned;
  ProbeTranscriptView *transcript;
  ProbeStepDetails    *details;
  ProbeServerPage     *server;
  guint                n_seen;    /* steps that were looked at for a handshake */
};

G_DEFINE_FINAL_TYPE (ProbeRunPage, probe_run_page, GTK_TYPE_WIDGET)

static void
on_filter_changed (ProbeRunPage *self)
{
  gboolean active = gtk_revealer_get_reveal_child (self->search_revealer);
  ProbeFilter filter = PROBE_FILTER_ALL;

  if (active)
    {
      filter = (gtk_toggle_button_get_active (self->sent) ? PROBE_FILTER_SENT : 0) |
               (gtk_toggle_button_get_active (self->received) ? PROBE_FILTER_RECEIVED : 0) |
               (gtk_toggle_button_get_active (self->notes) ? PROBE_FILTER_NOTES : 0) |
               (gtk_toggle_button_get_active (self->failures) ? PROBE_FILTER_FAILURES : 0);
    }

  probe_transcript_view_set_filter (self->transcript, filter,
                                    active ? gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) : NULL);
}

static void
on_stop_search (GtkSearchEntry *entry,
                ProbeRunPage   *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.search", NULL);
}

static void
on_current_changed (ProbeTranscriptView *view,
                    ProbeRunPage        *self)
{
  probe_step_details_set_step (self->details, probe_transcript_view_get_current_step (view));
}

static void
show_server (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  gtk_stack_set_visible_child_name (PROBE_RUN_PAGE (widget)->stack, "server");
}

/* Whose focus was on the other page is given the first value of this one, and GTK selects all of what it gives. */
static void
on_page_changed (ProbeRunPage *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && GTK_IS_LABEL (focus))
    gtk_label_select_region (GTK_LABEL (focus), 0, 0);
}

/* While the keys are being given away, that is to be seen. */
static void
show_keylog (ProbeRunPage *self,
             SmtpPlan     *plan)
{
  const char *path = smtp_tls_options_get (smtp_plan_get_tls (plan), SMTP_TLS_OPTION_KEYLOG_FILE);
  gboolean is_on = path != NULL && smtp_plan_get_security (plan) != SMTP_SECURITY_NONE;

  if (is_on)
    {
      g_autofree char *shown = g_filename_display_name (path);
      g_autofree char *text = g_strdup_printf (_("The keys of this run are being written to %s"), shown);

      gtk_label_set_text (self->keylog, text);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->keylog), is_on);
}

/* Looks whether a handshake came since the last time, and shows what it says. */
static void
look_for_handshake (ProbeRunPage *self,
                    SmtpSession  *session)
{
  SmtpTranscript *transcript = smtp_session_get_transcript (session);
  guint n_steps = smtp_transcript_get_n_steps (transcript);

  for (; self->n_seen < n_steps; self->n_seen++)
    {
      SmtpStep *step = smtp_transcript_get_step (transcript, self->n_seen);

      if (!smtp_step_is_settled (step))
        break;
      if (smtp_step_get_kind (step) == SMTP_STEP_HANDSHAKE && smtp_step_get_tls (step) != NULL)
        {
          probe_transcript_view_set_encrypted (self->transcript, TRUE);
          probe_server_page_set_run (self->server, smtp_session_get_plan (session), transcript);
        }
    }
}

static void
probe_run_page_dispose (GObject *object)
{
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), PROBE_TYPE_RUN_PAGE);
  /* In GTK 4.8 that leaves those without a name. */
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (probe_run_page_parent_class)->dispose (object);
}

static void
probe_run_page_class_init (ProbeRunPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_run_page_dispose;

  g_type_ensure (PROBE_TYPE_VERDICT_STRIP);
  g_type_ensure (PROBE_TYPE_TRANSCRIPT_VIEW);
  g_type_ensure (PROBE_TYPE_STEP_DETAILS);
  g_type_ensure (PROBE_TYPE_SERVER_PAGE);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SmtpProbe/probe-run-page.ui");
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, strip);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, keylog);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, stack);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, search_revealer);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, search_entry);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, sent);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, received);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, notes);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, failures);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, paned);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, transcript);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, details);
  gtk_widget_class_bind_template_child (widget_class, ProbeRunPage, server);
  gtk_widget_class_install_action (widget_class, "run-page.show-server", NULL, show_server);
}

static void
probe_run_page_init (ProbeRunPage *self)
{
  GtkToggleButton *filters[4];

  gtk_widget_init_template (GTK_WIDGET (self));

  filters[0] = self->sent;
  filters[1] = self->received;
  filters[2] = self->notes;
  filters[3] = self->failures;
  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    g_signal_connect_swapped (filters[i], "toggled", G_CALLBACK (on_filter_changed), self);

  g_signal_connect_swapped (self->stack, "notify::visible-child", G_CALLBACK (on_page_changed), self);
  g_signal_connect_swapped (self->search_entry, "search-changed", G_CALLBACK (on_filter_changed), self);
  g_signal_connect (self->search_entry, "stop-search", G_CALLBACK (on_stop_search), self);
  g_signal_connect (self->transcript, "current-changed", G_CALLBACK (on_current_changed), self);
}

/**
 * probe_run_page_new:
 *
 * Returns: an empty page
 */
GtkWidget *
probe_run_page_new (void)
{
  return g_object_new (PROBE_TYPE_RUN_PAGE, NULL);
}

/**
 * probe_run_page_begin:
 * @self: the page
 * @session: a session that was just started
 */
void
probe_run_page_begin (ProbeRunPage *self,
                      SmtpSession  *session)
{
  self->n_seen = 0;
  probe_transcript_view_set_encrypted (self->transcript, FALSE);
  probe_transcript_view_set_transcript (self->transcript, smtp_session_get_transcript (session));
  probe_server_page_set_run (self->server, smtp_session_get_plan (session), smtp_session_get_transcript (session));
  show_keylog (self, smtp_session_get_plan (session));
  probe_verdict_strip_show_run (self->strip, session);
}

/**
 * probe_run_page_update:
 * @self: the page
 * @session: the session under way
 *
 * Shows what came since the last frame.
 */
void
probe_run_page_update (ProbeRunPage *self,
                       SmtpSession  *session)
{
  probe_transcript_view_sync (self->transcript);
  look_for_handshake (self, session);
  probe_verdict_strip_show_run (self->strip, session);
}

/**
 * probe_run_page_end:
 * @self: the page
 * @session: the session, which is over
 * @diagnosis: what it means
 */
void
probe_run_page_end (ProbeRunPage  *self,
                    SmtpSession   *session,
                    SmtpDiagnosis *diagnosis)
{
  int decisive = smtp_diagnosis_get_decisive_step (diagnosis);

  probe_transcript_view_sync (self->transcript);
  look_for_handshake (self, session);
  probe_server_page_set_run (self->server, smtp_session_get_plan (session), smtp_session_get_transcript (session));
  probe_verdict_strip_set_verdict (self->strip, diagnosis);
  if (decisive >= 0 && probe_transcript_view_get_current_step (self->transcript) == NULL)
    probe_transcript_view_select_step (self->transcript, smtp_transcript_get_step (smtp_session_get_transcript (session), (guint) decisive));
}

/**
 * probe_run_page_set_search:
 * @self: the page
 * @active: whether to show the search bar; without it nothing is filtered
 */
void
probe_run_page_set_search (ProbeRunPage *self,
                           gboolean      active)
{
  if (active)
    gtk_stack_set_visible_child_name (self->stack, "transcript");
  gtk_revealer_set_reveal_child (self->search_revealer, active);
  on_filter_changed (self);
  if (active)
    gtk_widget_grab_focus (self->search_entry);
}

/**
 * probe_run_page_get_search:
 * @self: the page
 *
 * Returns: whether the search bar is shown
 */
gboolean
probe_run_page_get_search (ProbeRunPage *self)
{
  return gtk_revealer_get_reveal_child (self->search_revealer);
}

/**
 * probe_run_page_copy_selected:
 * @self: the page
 *
 * Returns: (transfer full) (nullable): the selected lines as text
 */
char *
probe_run_page_copy_selected (ProbeRunPage *self)
{
  return probe_transcript_view_copy_selected (self->transcript);
}
