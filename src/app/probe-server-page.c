/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-server-page.h"

#include <glib/gi18n.h>

#include "app/probe-report-section.h"
#include "app/probe-save.h"
#include "diagnosis/smtp-server-report.h"

struct _ProbeServerPage
{
  GtkWidget       parent_instance;

  GtkWidget      *scroller;
  GtkWidget      *content;
  SmtpPlan       *plan;
  SmtpTranscript *transcript;
  GtkSizeGroup   *labels;
  GPtrArray      *report;    /* what is shown; the cards are made from it when they are opened */
  gboolean        is_stale;
};

G_DEFINE_FINAL_TYPE (ProbeServerPage, probe_server_page, GTK_TYPE_WIDGET)

static SmtpTlsInfo *
get_tls (ProbeServerPage *self)
{
  SmtpStep *handshake = self->transcript != NULL ? smtp_findings_get_handshake (self->transcript) : NULL;

  return handshake != NULL ? smtp_step_get_tls (handshake) : NULL;
}

static GtkWidget *
new_text (const char *text,
          const char *style_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_add_css_class (label, style_class);

  return label;
}

static gboolean
has_fault (const SmtpReportSection *section)
{
  for (guint i = 0; i < section->rows->len; i++)
    {
      const SmtpReportRow *row = section->rows->pdata[i];

      if (row->severity == SMTP_SEVERITY_ERROR)
        return TRUE;
    }

  return FALSE;
}

static void
save_chain (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  ProbeServerPage *self = PROBE_SERVER_PAGE (widget);
  char *pem = self->transcript != NULL ? smtp_server_report_chain_pem (self->transcript) : NULL;
  g_autofree char *file_name = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (pem == NULL)
    return;

  bytes = g_bytes_new_take (pem, strlen (pem));
  file_name = g_strdup_printf ("%s.pem", smtp_plan_get_host (self->plan));
  probe_save_bytes (GTK_WINDOW (gtk_widget_get_root (widget)), _("Save the certificates"), file_name,
                    _("Certificates (PEM)"), "*.pem", bytes);
}

static void
copy (GtkWidget  *widget,
      const char *name,
      GVariant   *parameter)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), g_variant_get_string (parameter, NULL));
}

static GtkWidget *
new_copy_button (const char *label,
                 const char *tooltip,
                 const char *text)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "server.copy");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", text);
  gtk_widget_set_tooltip_text (button, tooltip);

  return button;
}

static void
append_copy_buttons (GtkWidget             *card,
                     const SmtpCertificate *certificate)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  g_autofree char *tlsa = g_strdup_printf ("3 1 1 %s", certificate->spki_sha256);

  gtk_box_append (GTK_BOX (buttons), new_copy_button (_("Copy fingerprint"), _("SHA-256 of the certificate"), certificate->sha256));
  gtk_box_append (GTK_BOX (buttons), new_copy_button (_("Copy TLSA record"), _("SHA-256 of the public key, as DNS has it for DANE"), tlsa));
  gtk_box_append (GTK_BOX (card), buttons);
}

/* What is in a card is made when it is opened. */
static void
on_expanded (GtkExpander     *expander,
             GParamSpec      *pspec,
             ProbeServerPage *self)
{
  const SmtpReportSection *section = g_object_get_data (G_OBJECT (expander), "section");
  SmtpTlsInfo *tls = get_tls (self);
  const SmtpCertificate *certificate;
  GtkWidget *card;

  if (gtk_expander_get_child (expander) != NULL || tls == NULL)
    return;

  certificate = tls->chain->pdata[section->certificate];
  card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (card, "card-content");
  gtk_box_append (GTK_BOX (card), probe_report_section_new (section, self->labels));
  if (certificate->malformed == NULL)
    append_copy_buttons (card, certificate);
  gtk_expander_set_child (expander, card);
  /* In GTK 4.8 Tab would vanish into the child of a closed expander. */
  g_object_bind_property (expander, "expanded", card, "visible", G_BINDING_SYNC_CREATE);
}

static gboolean
is_at_fault (SmtpTlsInfo *tls,
             int          index)
{
  for (guint i = 0; i < tls->faults->len; i++)
    {
      const SmtpTlsFault *fault = tls->faults->pdata[i];

      if (fault->certificate == index)
        return TRUE;
    }

  return FALSE;
}

static GtkWidget *
new_card_title (const SmtpReportSection *section,
                SmtpTlsInfo             *tls)
{
  const SmtpCertificate *certificate = tls->chain->pdata[section->certificate];
  GtkWidget *title = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);

  gtk_box_append (GTK_BOX (line), new_text (section->title, "heading"));
  if (is_at_fault (tls, section->certificate))
    gtk_box_append (GTK_BOX (line), probe_report_section_new_badge (probe_report_section_severity_word (SMTP_SEVERITY_ERROR),
                                                                     SMTP_SEVERITY_ERROR));
  gtk_box_append (GTK_BOX (title), line);
  if (certificate->malformed == NULL && *certificate->subject != '\0')
    {
      GtkWidget *subject = new_text (certificate->subject, "caption");

      gtk_widget_add_css_class (subject, "dim-label");
      gtk_box_append (GTK_BOX (title), subject);
    }

  return title;
}

static void
append_card (ProbeServerPage         *self,
             const SmtpReportSection *section,
             SmtpTlsInfo             *tls)
{
  GtkWidget *expander = gtk_expander_new (NULL);

  gtk_expander_set_label_widget (GTK_EXPANDER (expander), new_card_title (section, tls));
  gtk_accessible_update_property (GTK_ACCESSIBLE (expander), GTK_ACCESSIBLE_PROPERTY_LABEL, section->title, -1);
  gtk_widget_add_css_class (expander, "certificate");
  g_object_set_data (G_OBJECT (expander), "section", (gpointer) section);
  g_signal_connect_object (expander, "notify::expanded", G_CALLBACK (on_expanded), self, 0);
  gtk_expander_set_expanded (GTK_EXPANDER (expander), section->certificate == 0);
  gtk_box_append (GTK_BOX (self->content), expander);
}

static void
append_section (ProbeServerPage         *self,
                const SmtpReportSection *section)
{
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 4,
                                 "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);

  gtk_accessible_update_property (GTK_ACCESSIBLE (box), GTK_ACCESSIBLE_PROPERTY_LABEL, section->title, -1);
  gtk_box_append (GTK_BOX (box), new_text (section->title, "heading"));
  gtk_box_append (GTK_BOX (box), probe_report_section_new (section, self->labels));
  gtk_box_append (GTK_BOX (self->content), box);
}

static void
append_chain_title (ProbeServerPage *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *title = new_text (_("Certificates"), "heading");
  GtkWidget *button = gtk_button_new_with_label (_("Save chain…"));

  gtk_widget_set_hexpand (title, TRUE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "server.save-chain");
  gtk_widget_set_tooltip_text (button, _("Save the certificates as they were sent"));
  gtk_box_append (GTK_BOX (line), title);
  gtk_box_append (GTK_BOX (line), button);
  gtk_box_append (GTK_BOX (self->content), line);
}

static void
append_no_tls (ProbeServerPage *self)
{
  const char *words = smtp_plan_get_security (self->plan) == SMTP_SECURITY_NONE
                        ? _("No encryption was asked for, so there is no certificate to show.")
                        : _("The connection was not encrypted, so there is no certificate to show.");

  gtk_box_append (GTK_BOX (self->content), new_text (words, "dim-label"));
}

/* What is wrong comes first. */
static void
fill (ProbeServerPage *self)
{
  SmtpTlsInfo *tls = get_tls (self);
  gboolean chain_begun = FALSE;

  for (guint i = 0; i < self->report->len; i++)
    {
      const SmtpReportSection *section = self->report->pdata[i];

      if (section->certificate < 0 && has_fault (section))
        append_section (self, section);
    }

  for (guint i = 0; i < self->report->len; i++)
    {
      const SmtpReportSection *section = self->report->pdata[i];

      if (section->certificate >= 0 && tls != NULL)
        {
          if (!chain_begun)
            append_chain_title (self);
          chain_begun = TRUE;
          append_card (self, section, tls);
        }
      else if (!has_fault (section))
        {
          append_section (self, section);
        }
      if (i == 0 && tls == NULL)
        append_no_tls (self);
    }
}

static void
refresh (ProbeServerPage *self)
{
  GtkWidget *child;

  self->is_stale = FALSE;
  while ((child = gtk_widget_get_first_child (self->content)) != NULL)
    gtk_box_remove (GTK_BOX (self->content), child);
  g_clear_pointer (&self->report, g_ptr_array_unref);

  if (self->transcript == NULL || smtp_transcript_get_n_steps (self->transcript) == 0)
    {
      gtk_box_append (GTK_BOX (self->content), new_text (_("Nothing is known about the server yet."), "dim-label"));
      return;
    }

  self->report = smtp_server_report_new (self->plan, self->transcript);
  fill (self);
}

static void
probe_server_page_map (GtkWidget *widget)
{
  ProbeServerPage *self = PROBE_SERVER_PAGE (widget);

  if (self->is_stale)
    refresh (self);

  GTK_WIDGET_CLASS (probe_server_page_parent_class)->map (widget);
}

static void
probe_server_page_dispose (GObject *object)
{
  ProbeServerPage *self = PROBE_SERVER_PAGE (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->report, g_ptr_array_unref);
  g_clear_pointer (&self->plan, smtp_plan_unref);
  g_clear_object (&self->transcript);
  g_clear_object (&self->labels);

  G_OBJECT_CLASS (probe_server_page_parent_class)->dispose (object);
}

static void
probe_server_page_class_init (ProbeServerPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_server_page_dispose;
  widget_class->map = probe_server_page_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "serverpage");
  gtk_widget_class_install_action (widget_class, "server.save-chain", NULL, save_chain);
  gtk_widget_class_install_action (widget_class, "server.copy", "s", copy);
}

static void
probe_server_page_init (ProbeServerPage *self)
{
  self->content = g_object_new (GTK_TYPE_BOX, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 14,
                                "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, NULL);
  gtk_widget_add_css_class (self->content, "server-content");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->content), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Server report"), -1);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->content);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  self->labels = gtk_size_group_new (GTK_SIZE_GROUP_HORIZONTAL);
  self->is_stale = TRUE;
}

/**
 * probe_server_page_new:
 *
 * Returns: a page that knows nothing yet
 */
GtkWidget *
probe_server_page_new (void)
{
  return g_object_new (PROBE_TYPE_SERVER_PAGE, NULL);
}

/**
 * probe_server_page_set_run:
 * @self: a page
 * @plan: what was asked
 * @transcript: what came of it, so far
 *
 * Shows what there is to say by now.
 */
void
probe_server_page_set_run (ProbeServerPage *self,
                           SmtpPlan        *plan,
                           SmtpTranscript  *transcript)
{
  smtp_plan_ref (plan);
  g_clear_pointer (&self->plan, smtp_plan_unref);
  self->plan = plan;
  g_set_object (&self->transcript, transcript);
  self->is_stale = TRUE;
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    refresh (self);
}
