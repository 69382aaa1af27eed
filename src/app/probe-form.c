/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-form.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/probe-encryption.h"
#include "app/probe-field.h"
#include "app/probe-options.h"
#include "app/probe-recipients.h"
#include "app/probe-security.h"
#include "app/probe-survey-intent.h"
#include "diagnosis/smtp-advice.h"
#include "message/smtp-test-message.h"
#include "session/smtp-content-source.h"

#define NO_ENCRYPTION N_("A TLS survey is about encryption: choose STARTTLS or TLS on connect as the security.")

enum
{
  FIELD_HOST,
  FIELD_PORT,
  FIELD_EHLO_NAME,
  FIELD_SENDER,
  N_FIELDS
};

static const SmtpPlanField plan_fields[N_FIELDS] = {
  SMTP_PLAN_HOST, SMTP_PLAN_PORT, SMTP_PLAN_EHLO_NAME, SMTP_PLAN_SENDER,
};

struct _ProbeForm
{
  GtkWidget          parent_instance;

  GtkWidget         *scroller;
  GtkWidget         *host;
  GtkWidget         *port;
  ProbeSecurity     *security;
  GtkWidget         *ehlo_name;
  GtkWidget         *sender;
  GtkLabel          *host_error;
  GtkLabel          *port_error;
  GtkLabel          *ehlo_name_error;
  GtkLabel          *sender_error;
  ProbeRecipients   *recipients;
  GtkExpander       *encryption_expander;
  GtkLabel          *encryption_summary;
  GtkExpander       *options_expander;
  GtkLabel          *options_summary;
  GtkLabel          *options_error;
  GtkLabel          *keylog;
  GtkLabel          *intent;

  GtkWidget         *entries[N_FIELDS];
  GtkLabel          *errors[N_FIELDS];
  ProbeOptionValues  options;
  ProbeEncryptionValues encryption;
  ProbeKind          kind;
  char              *own_name;    /* of this machine, as far as it is known */
  gboolean           is_refused;  /* the intent says why nothing was run */
};

G_DEFINE_FINAL_TYPE (ProbeForm, probe_form, GTK_TYPE_WIDGET)

static void
set_error (ProbeForm  *self,
           int         field,
           const char *sentence)
{
  probe_field_set_error (self->entries[field], self->errors[field], sentence);
}

static void
set_options_error (ProbeForm  *self,
                   const char *sentence)
{
  gtk_label_set_text (self->options_error, sentence != NULL ? sentence : "");
  gtk_widget_set_visible (GTK_WIDGET (self->options_error), sentence != NULL);
}

static const char *
get_text (ProbeForm *self,
          int        field)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entries[field]));
}

/* Puts one field into the plan. Returns whether it was in order. */
static gboolean
check_field (ProbeForm *self,
             int        field,
             SmtpPlan  *plan)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *sentence = NULL;
  gboolean taken = smtp_plan_set (plan, plan_fields[field], get_text (self, field), &error);

  if (!taken)
    sentence = smtp_advice_for_error (error);
  set_error (self, field, sentence);

  return taken;
}

/* Where the probe ends: where the options say, else where the kind of probe does. */
static void
set_stop_point (ProbeForm *self,
                SmtpPlan  *plan)
{
  static const char *const by_kind[] = { "greeting", "rcpt", "message", "starttls" };
  gboolean has_say = *self->options.stop_after != '\0' && self->kind != PROBE_KIND_SURVEY;
  const char *point = has_say ? self->options.stop_after : by_kind[self->kind];

  smtp_plan_set (plan, SMTP_PLAN_STOP_AFTER, point, NULL);
}

static gboolean
is_to_encrypt (ProbeForm *self)
{
  return strcmp (probe_security_get_mode (self->security), "none") != 0;
}

static void
show_encryption (ProbeForm *self)
{
  const char *path = probe_encryption_values_get (&self->encryption, SMTP_TLS_OPTION_KEYLOG_FILE);
  g_autofree char *words = probe_encryption_values_to_words (&self->encryption);
  g_autofree char *notice = g_strdup_printf (_("The keys of the next run will be written to %s"), path);

  gtk_label_set_text (self->encryption_summary, is_to_encrypt (self) ? words : _("not used"));
  gtk_label_set_text (self->keylog, notice);
  gtk_widget_set_visible (GTK_WIDGET (self->keylog), *path != '\0' && is_to_encrypt (self));
}

/* What a survey will do, or why it cannot. */
static char *
describe_survey (ProbeForm *self)
{
  if (!is_to_encrypt (self))
    return g_strdup (_(NO_ENCRYPTION));

  return probe_survey_describe_intent (strcmp (probe_security_get_mode (self->security), "tls") == 0);
}

/* Before the run, in words. The sentence needs no valid fields, only their number. */
static void
update_intent (ProbeForm *self)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  g_autofree char *sentence = NULL;
  g_autofree char *options = probe_option_values_to_words (&self->options);

  probe_recipients_fill_plan (self->recipients, plan);
  set_stop_point (self, plan);
  smtp_plan_set (plan, SMTP_PLAN_SECURITY, probe_security_get_mode (self->security), NULL);
  if (self->options.message_file != NULL)
    smtp_plan_set (plan, SMTP_PLAN_MESSAGE_FILE, self->options.message_file, NULL);
  sentence = self->kind == PROBE_KIND_SURVEY ? describe_survey (self) : smtp_advice_for_plan (plan);
  self->is_refused = FALSE;
  gtk_widget_remove_css_class (GTK_WIDGET (self->intent), "field-error");
  gtk_label_set_text (self->intent, sentence);
  gtk_label_set_text (self->options_summary, options);
  show_encryption (self);
}

/* Instead of what will happen: why it does not, until something is changed. */
static void
refuse (ProbeForm  *self,
        const char *sentence)
{
  /* Translators: followed by a sentence that says which field of the form is wrong, and how */
  g_autofree char *text = g_strdup_printf (_("Cannot run. %s"), sentence);

  self->is_refused = TRUE;
  gtk_widget_add_css_class (GTK_WIDGET (self->intent), "field-error");
  gtk_label_set_text (self->intent, text);
}

static void
on_changed (GtkEditable *editable,
            ProbeForm   *self)
{
  for (int field = 0; field < N_FIELDS; field++)
    {
      if (GTK_WIDGET (editable) == self->entries[field] && gtk_widget_is_visible (GTK_WIDGET (self->errors[field])))
        set_error (self, field, NULL);
    }
  if (self->is_refused)
    update_intent (self);
}

/* "mail.example.org:587" typed or pasted as the host is meant as both. */
static void
take_port_from_host (ProbeForm *self)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  const char *text = get_text (self, FIELD_HOST);

  if (smtp_plan_set (plan, SMTP_PLAN_HOST, text, NULL) || !smtp_plan_set_target (plan, text, NULL))
    return;

  if (strstr (text, "://") == NULL || smtp_plan_get_port (plan) != 25)
    {
      g_autofree char *port = g_strdup_printf ("%u", smtp_plan_get_port (plan));

      gtk_editable_set_text (GTK_EDITABLE (self->port), port);
    }
  gtk_editable_set_text (GTK_EDITABLE (self->host), smtp_plan_get_host (plan));
}

static void
on_leave (GtkEventControllerFocus *focus,
          ProbeForm               *self)
{
  GtkWidget *entry = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (focus));
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();

  if (entry == self->host)
    take_port_from_host (self);

  for (int field = 0; field < N_FIELDS; field++)
    {
      /* An empty host is no mistake before the first run. */
      if (entry == self->entries[field] && (field != FIELD_HOST || *get_text (self, field) != '\0'))
        check_field (self, field, plan);
    }
}

/* Options are made when they are opened for the first time. */
static void
on_expanded (GtkExpander *expander,
             GParamSpec  *pspec,
             ProbeForm   *self)
{
  GtkWidget *options;

  if (gtk_expander_get_child (expander) != NULL)
    return;

  options = expander == self->options_expander ? probe_options_new (&self->options) : probe_encryption_new (&self->encryption);
  gtk_widget_set_margin_top (options, 8);
  g_signal_connect_swapped (options, "changed", G_CALLBACK (update_intent), self);
  gtk_expander_set_child (expander, options);
  /* In GTK 4.8 Tab would vanish into the child of a closed expander. */
  g_object_bind_property (expander, "expanded", options, "visible", G_BINDING_SYNC_CREATE);
}

static void
on_activate (GtkEntry  *entry,
             ProbeForm *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.run", NULL);
}

static void
probe_form_dispose (GObject *object)
{
  ProbeForm *self = PROBE_FORM (object);

  gtk_widget_dispose_template (GTK_WIDGET (object), PROBE_TYPE_FORM);
  probe_option_values_clear (&self->options);
  probe_encryption_values_clear (&self->encryption);
  g_clear_pointer (&self->own_name, g_free);

  G_OBJECT_CLASS (probe_form_parent_class)->dispose (object);
}

static void
probe_form_class_init (ProbeFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_form_dispose;

  g_type_ensure (PROBE_TYPE_RECIPIENTS);
  g_type_ensure (PROBE_TYPE_SECURITY);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SmtpProbe/probe-form.ui");
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, scroller);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, host);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, port);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, security);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, ehlo_name);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, sender);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, host_error);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, port_error);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, ehlo_name_error);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, sender_error);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, recipients);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, encryption_expander);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, encryption_summary);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, options_expander);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, options_summary);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, options_error);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, keylog);
  gtk_widget_class_bind_template_child (widget_class, ProbeForm, intent);
}

static void
probe_form_init (ProbeForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  probe_option_values_init (&self->options);
  self->kind = PROBE_KIND_RECIPIENTS;

  self->entries[FIELD_HOST] = self->host;
  self->entries[FIELD_PORT] = self->port;
  self->entries[FIELD_EHLO_NAME] = self->ehlo_name;
  self->entries[FIELD_SENDER] = self->sender;
  self->errors[FIELD_HOST] = self->host_error;
  self->errors[FIELD_PORT] = self->port_error;
  self->errors[FIELD_EHLO_NAME] = self->ehlo_name_error;
  self->errors[FIELD_SENDER] = self->sender_error;

  for (int field = 0; field < N_FIELDS; field++)
    {
      GtkEventController *focus = gtk_event_controller_focus_new ();

      g_signal_connect (focus, "leave", G_CALLBACK (on_leave), self);
      gtk_widget_add_controller (self->entries[field], focus);
      g_signal_connect (self->entries[field], "changed", G_CALLBACK (on_changed), self);
      g_signal_connect (self->entries[field], "activate", G_CALLBACK (on_activate), self);
    }

  gtk_editable_set_text (GTK_EDITABLE (self->port), "25");
  probe_security_follow (self->security, GTK_EDITABLE (self->port));
  g_signal_connect_swapped (self->security, "changed", G_CALLBACK (update_intent), self);
  g_signal_connect_swapped (self->recipients, "changed", G_CALLBACK (update_intent), self);
  g_signal_connect (self->options_expander, "notify::expanded", G_CALLBACK (on_expanded), self);
  g_signal_connect (self->encryption_expander, "notify::expanded", G_CALLBACK (on_expanded), self);
  update_intent (self);
}

/**
 * probe_form_set_kind:
 * @self: the form
 * @kind: what is to be done
 */
void
probe_form_set_kind (ProbeForm *self,
                     ProbeKind  kind)
{
  self->kind = kind;
  probe_recipients_set_error (self->recipients, NULL);
  /* A survey asks about nobody. */
  gtk_widget_set_sensitive (self->sender, kind != PROBE_KIND_SURVEY);
  gtk_widget_set_sensitive (GTK_WIDGET (self->recipients), kind != PROBE_KIND_SURVEY);
  update_intent (self);
}

static void
add_message (ProbeForm *self,
             SmtpPlan  *plan)
{
  g_auto (GStrv) recipients = probe_recipients_get_addresses (self->recipients);
  g_autoptr (GDateTime) date = g_date_time_new_now_local ();
  g_autofree char *id = g_uuid_string_random ();
  const char *domain = smtp_plan_get_ehlo_name (plan);
  g_autoptr (GBytes) message = NULL;

  message = smtp_test_message_new (smtp_plan_get_sender (plan), (const char * const *) recipients, date, id,
                                   domain != NULL && *domain != '[' ? domain : "smtp-probe.invalid");
  smtp_plan_set_message (plan, message);
}

/* What concerns more than one field, shown where it can be put right. */
static void
show_plan_error (ProbeForm *self,
                 GError    *error)
{
  g_autofree char *sentence = smtp_advice_for_error (error);

  refuse (self, sentence);
  if (g_error_matches (error, SMTP_PLAN_ERROR, SMTP_PLAN_ERROR_NO_RECIPIENTS))
    {
      probe_recipients_set_error (self->recipients, sentence);
      probe_recipients_grab_focus (self->recipients);
    }
  else if (g_error_matches (error, SMTP_PLAN_ERROR, SMTP_PLAN_ERROR_FAMILY) ||
           g_error_matches (error, SMTP_PLAN_ERROR, SMTP_PLAN_ERROR_HOST_EMPTY))
    {
      set_error (self, FIELD_HOST, sentence);
      gtk_widget_grab_focus (self->host);
    }
  else
    {
      set_options_error (self, sentence);
      gtk_expander_set_expanded (self->options_expander, TRUE);
    }
}

/* What is chosen about encryption; not looked at where there is to be none. */
static gboolean
fill_encryption (ProbeForm *self,
                 SmtpPlan  *plan)
{
  g_autoptr (GError) error = NULL;
  SmtpTlsOption wrong;

  smtp_plan_set (plan, SMTP_PLAN_SECURITY, probe_security_get_mode (self->security), NULL);
  if (!is_to_encrypt (self) || probe_encryption_values_fill (&self->encryption, smtp_plan_get_tls (plan), &wrong, &error))
    return TRUE;

  probe_form_show_encryption_error (self, wrong, error);

  return FALSE;
}

/**
 * probe_form_make_plan:
 * @self: the form
 *
 * Makes a plan of the fields. If one is wrong it says so at its place and the cursor goes there.
 *
 * Returns: (transfer full) (nullable): a checked plan, or %NULL
 */
SmtpPlan *
probe_form_make_plan (ProbeForm *self)
{
  g_autoptr (SmtpPlan) plan = smtp_plan_new ();
  g_autoptr (GError) error = NULL;
  int wrong = N_FIELDS;

  take_port_from_host (self);
  set_options_error (self, NULL);
  for (int field = 0; field < N_FIELDS; field++)
    {
      if ((field != FIELD_SENDER || self->kind != PROBE_KIND_SURVEY) && !check_field (self, field, plan))
        wrong = MIN (wrong, field);
    }

  if (wrong < N_FIELDS)
    {
      refuse (self, gtk_label_get_text (self->errors[wrong]));
      gtk_widget_grab_focus (self->entries[wrong]);
      return NULL;
    }
  if (self->kind == PROBE_KIND_SURVEY && !is_to_encrypt (self))
    {
      refuse (self, _(NO_ENCRYPTION));
      gtk_widget_child_focus (GTK_WIDGET (self->security), GTK_DIR_TAB_FORWARD);
      return NULL;
    }
  if (self->kind != PROBE_KIND_SURVEY && !probe_recipients_commit (self->recipients))
    {
      refuse (self, probe_recipients_get_error (self->recipients));
      probe_recipients_grab_focus (self->recipients);
      return NULL;
    }

  if (!fill_encryption (self, plan))
    return NULL;

  if (self->kind != PROBE_KIND_SURVEY)
    probe_recipients_fill_plan (self->recipients, plan);
  set_stop_point (self, plan);
  if (smtp_plan_get_stop_after (plan) >= SMTP_PHASE_CONTENT)
    {
      if (self->options.message_file == NULL)
        add_message (self, plan);
      else if (smtp_content_source_check (self->options.message_file, &error))
        smtp_plan_set (plan, SMTP_PLAN_MESSAGE_FILE, self->options.message_file, NULL);
    }

  if (error != NULL || !probe_option_values_fill_plan (&self->options, plan, &error) || !smtp_plan_check (plan, &error))
    {
      show_plan_error (self, error);
      return NULL;
    }

  return g_steal_pointer (&plan);
}

/**
 * probe_form_get_key_password:
 * @self: the form
 *
 * Returns: (transfer none) (nullable): the password of the client's key; not to be kept
 */
const char *
probe_form_get_key_password (ProbeForm *self)
{
  GtkWidget *encryption = gtk_expander_get_child (self->encryption_expander);

  return encryption != NULL ? probe_encryption_get_key_password (PROBE_ENCRYPTION (encryption)) : NULL;
}

/**
 * probe_form_show_encryption_error:
 * @self: the form
 * @option: what is wrong
 * @error: how
 *
 * Says at its place why nothing is run.
 */
void
probe_form_show_encryption_error (ProbeForm     *self,
                                  SmtpTlsOption  option,
                                  const GError  *error)
{
  g_autofree char *sentence = smtp_advice_for_error (error);

  refuse (self, sentence);
  gtk_expander_set_expanded (self->encryption_expander, TRUE);
  probe_encryption_show_error (PROBE_ENCRYPTION (gtk_expander_get_child (self->encryption_expander)), option, error);
}

/**
 * probe_form_load:
 * @self: the form
 * @settings: where the last values were kept
 */
void
probe_form_load (ProbeForm *self,
                 GSettings *settings)
{
  g_autofree char *host = g_settings_get_string (settings, "host");
  g_autofree char *port = g_settings_get_string (settings, "port");
  g_autofree char *ehlo_name = g_settings_get_string (settings, "ehlo-name");
  g_autofree char *sender = g_settings_get_string (settings, "sender");
  g_auto (GStrv) recipients = g_settings_get_strv (settings, "recipients");

  gtk_editable_set_text (GTK_EDITABLE (self->host), host);
  gtk_editable_set_text (GTK_EDITABLE (self->port), port);
  probe_security_load (self->security, settings);
  gtk_editable_set_text (GTK_EDITABLE (self->ehlo_name), ehlo_name);
  gtk_editable_set_text (GTK_EDITABLE (self->sender), sender);
  if (recipients[0] != NULL)
    probe_recipients_set_addresses (self->recipients, (const char * const *) recipients);
  probe_option_values_load (&self->options, settings);
  probe_encryption_values_load (&self->encryption, settings);
  update_intent (self);
}

/**
 * probe_form_save:
 * @self: the form
 * @settings: where to keep the values
 */
void
probe_form_save (ProbeForm *self,
                 GSettings *settings)
{
  g_auto (GStrv) recipients = probe_recipients_get_addresses (self->recipients);
  gboolean own_name;

  g_settings_set_string (settings, "host", get_text (self, FIELD_HOST));
  g_settings_set_string (settings, "port", get_text (self, FIELD_PORT));
  probe_security_save (self->security, settings);
  /* A name that was found, not entered, may be another tomorrow. */
  own_name = g_strcmp0 (get_text (self, FIELD_EHLO_NAME), self->own_name) == 0;
  g_settings_set_string (settings, "ehlo-name", own_name ? "" : get_text (self, FIELD_EHLO_NAME));
  g_settings_set_string (settings, "sender", get_text (self, FIELD_SENDER));
  g_settings_set_strv (settings, "recipients", (const char * const *) recipients);
  probe_option_values_save (&self->options, settings);
  probe_encryption_values_save (&self->encryption, settings);
}

/**
 * probe_form_set_target:
 * @self: the form
 * @host: the host
 * @port: the port
 * @security: (nullable): when to encrypt, in the words of the plan; %NULL: as the port suggests
 */
void
probe_form_set_target (ProbeForm  *self,
                       const char *host,
                       const char *port,
                       const char *security)
{
  gtk_editable_set_text (GTK_EDITABLE (self->host), host);
  gtk_editable_set_text (GTK_EDITABLE (self->port), port);
  probe_security_set_mode (self->security, security);
}

/**
 * probe_form_has_target:
 * @self: the form
 * @host: a host
 * @port: a port
 *
 * Returns: whether just these are entered
 */
gboolean
probe_form_has_target (ProbeForm  *self,
                       const char *host,
                       const char *port)
{
  return strcmp (get_text (self, FIELD_HOST), host) == 0 && strcmp (get_text (self, FIELD_PORT), port) == 0;
}

/**
 * probe_form_set_envelope:
 * @self: the form
 * @sender: the sender
 * @recipients: (array zero-terminated=1): the recipients, in place of those there are
 */
void
probe_form_set_envelope (ProbeForm          *self,
                         const char         *sender,
                         const char * const *recipients)
{
  gtk_editable_set_text (GTK_EDITABLE (self->sender), sender);
  probe_recipients_set_addresses (self->recipients, recipients);
}

/**
 * probe_form_set_ehlo_name:
 * @self: the form
 * @name: this machine's name; taken if the user has not entered one
 */
void
probe_form_set_ehlo_name (ProbeForm  *self,
                          const char *name)
{
  g_free (self->own_name);
  self->own_name = g_strdup (name);
  if (*get_text (self, FIELD_EHLO_NAME) == '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->ehlo_name), name);
}

/**
 * probe_form_begin_run:
 * @self: the form
 *
 * Forgets what became of the recipients in the run before.
 */
void
probe_form_begin_run (ProbeForm *self)
{
  probe_recipients_begin_run (self->recipients);
}

/**
 * probe_form_show_step:
 * @self: the form
 * @step: a settled step
 *
 * Shows the outcome of a recipient at its place.
 */
void
probe_form_show_step (ProbeForm *self,
                      SmtpStep  *step)
{
  probe_recipients_show_step (self->recipients, step);
}

/**
 * probe_form_focus_host:
 * @self: the form
 *
 * Puts the cursor into the host.
 */
void
probe_form_focus_host (ProbeForm *self)
{
  gtk_widget_grab_focus (self->host);
}
