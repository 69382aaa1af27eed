/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-encryption.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/probe-field.h"
#include "app/probe-file-field.h"
#include "diagnosis/smtp-advice.h"
#include "session/smtp-tls-settings.h"

#define FIELD_PASSWORD SMTP_TLS_N_OPTIONS  /* which is no option */
#define N_FIELDS       (SMTP_TLS_N_OPTIONS + 1)
#define KEYLOG_NAME    "smtp-probe-keys.log"

enum
{
  SNI_HOST,
  SNI_NONE,
  SNI_OTHER,
};

static const char *const trusts[] = { "system", "file", "both" };
static const char *const versions[] = { "", "1.0", "1.1", "1.2", "1.3" };

/* The last one is whatever else stands in the entry. */
static const char *const presets[] = {
  "",
  "NORMAL:-VERS-ALL:+VERS-TLS1.3",
  "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2",
  "LEGACY:+VERS-TLS1.3:+VERS-TLS1.2:+VERS-TLS1.1:+VERS-TLS1.0:+ARCFOUR-128:+3DES-CBC:+SIGN-ALL:+GROUP-ALL:+DHE-DSS",
};

struct _ProbeEncryption
{
  GtkWidget              parent_instance;

  ProbeEncryptionValues *values;        /* the form's */
  GtkDropDown           *trust;
  ProbeFileField        *ca_file;
  GtkCheckButton        *strict;
  GtkWidget             *verify_name;
  GtkDropDown           *sni;
  GtkWidget             *sni_name;
  GtkDropDown           *min;
  GtkDropDown           *max;
  GtkDropDown           *preset;
  GtkWidget             *priority;
  ProbeFileField        *cert_file;
  ProbeFileField        *key_file;
  GtkWidget             *key_password;
  GtkCheckButton        *keylog;
  ProbeFileField        *keylog_file;
  GtkLabel              *ca_file_error;
  GtkLabel              *verify_name_error;
  GtkLabel              *sni_name_error;
  GtkLabel              *versions_error;
  GtkLabel              *priority_error;
  GtkLabel              *cert_file_error;
  GtkLabel              *key_file_error;
  GtkLabel              *key_password_error;
  GtkLabel              *keylog_file_error;

  GtkWidget             *fields[N_FIELDS];   /* that take text */
  GtkLabel              *errors[N_FIELDS];
  gboolean               is_filling;
  GCancellable          *check;
};

/* The files of some fields, while they are looked into. */
typedef struct
{
  ProbeEncryption *self;
  SmtpTlsOptions  *options;
  int              field;    /* the one that was left */
} Check;

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ProbeEncryption, probe_encryption, GTK_TYPE_WIDGET)

static guint
find (const char *const *table,
      guint              n,
      const char        *value)
{
  for (guint i = 0; i < n; i++)
    {
      if (strcmp (table[i], value) == 0)
        return i;
    }

  return n;
}

static const char *
get (ProbeEncryption *self,
     SmtpTlsOption    option)
{
  return probe_encryption_values_get (self->values, option);
}

static const char *
get_text (ProbeEncryption *self,
          int              field)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->fields[field]));
}

static void
set_error (ProbeEncryption *self,
           int              field,
           const GError    *error)
{
  g_autofree char *sentence = error != NULL ? smtp_advice_for_error (error) : NULL;

  if (self->fields[field] != NULL)
    probe_field_set_error (self->fields[field], self->errors[field], sentence);
}

/* Where an error is shown: a wrong password at the password. */
static int
get_field (SmtpTlsOption  option,
           const GError  *error)
{
  return g_error_matches (error, SMTP_TLS_OPTIONS_ERROR, SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD) ? FIELD_PASSWORD : (int) option;
}

static void
check_free (Check *check)
{
  g_object_unref (check->self);
  smtp_tls_options_free (check->options);
  g_free (check);
}

/* Of what the files show, only what concerns the fields that were filled in so far. */
static gboolean
is_due (Check        *check,
        int           field,
        const GError *error)
{
  static const int order[] = { SMTP_TLS_OPTION_CA_FILE, SMTP_TLS_OPTION_CERT_FILE, SMTP_TLS_OPTION_KEY_FILE, FIELD_PASSWORD };
  gsize due = 0;
  gsize left = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      due = order[i] == field ? i : due;
      left = order[i] == check->field ? i : left;
    }

  /* The password comes after the key. */
  return due <= left || (field == FIELD_PASSWORD && *get_text (check->self, FIELD_PASSWORD) != '\0');
}

static void
on_checked (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Check *check = user_data;
  ProbeEncryption *self = check->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (SmtpTlsSettings) settings = smtp_tls_settings_load_finish (result, &error);

  if (settings == NULL && error->domain == SMTP_TLS_OPTIONS_ERROR && self->check != NULL)
    {
      int field = get_field (smtp_tls_options_error_to_option (error->code), error);

      if (is_due (check, field, error))
        set_error (self, field, error);
    }
  check_free (check);
}

static void
check_files (ProbeEncryption *self,
             int              field)
{
  static const SmtpTlsOption files[] = { SMTP_TLS_OPTION_CA_FILE, SMTP_TLS_OPTION_CERT_FILE, SMTP_TLS_OPTION_KEY_FILE };
  Check *check;

  g_cancellable_cancel (self->check);
  g_clear_object (&self->check);
  /* A token may want a person's attention, and not already now. */
  if (g_ascii_strncasecmp (get (self, SMTP_TLS_OPTION_CERT_FILE), "pkcs11:", 7) == 0 ||
      g_ascii_strncasecmp (get (self, SMTP_TLS_OPTION_KEY_FILE), "pkcs11:", 7) == 0)
    return;

  check = g_new0 (Check, 1);
  check->self = g_object_ref (self);
  check->field = field;
  check->options = smtp_tls_options_new ();
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    smtp_tls_options_set (check->options, files[i], get (self, files[i]), NULL);
  smtp_tls_options_set (check->options, SMTP_TLS_OPTION_TRUST, "file", NULL);
  if (strcmp (get (self, SMTP_TLS_OPTION_TRUST), "system") == 0)
    smtp_tls_options_set (check->options, SMTP_TLS_OPTION_CA_FILE, "", NULL);
  if (*get (self, SMTP_TLS_OPTION_CERT_FILE) == '\0')
    smtp_tls_options_set (check->options, SMTP_TLS_OPTION_KEY_FILE, "", NULL);

  self->check = g_cancellable_new ();
  smtp_tls_settings_load_async (check->options, probe_encryption_get_key_password (self), self->check, on_checked, check);
}

/* Versions and priority string, which no file is needed for. */
static void
check_offer (ProbeEncryption *self)
{
  g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmtpTlsSettings) settings = NULL;

  smtp_tls_options_set (options, SMTP_TLS_OPTION_MIN, get (self, SMTP_TLS_OPTION_MIN), NULL);
  smtp_tls_options_set (options, SMTP_TLS_OPTION_MAX, get (self, SMTP_TLS_OPTION_MAX), NULL);
  smtp_tls_options_set (options, SMTP_TLS_OPTION_PRIORITY, get (self, SMTP_TLS_OPTION_PRIORITY), NULL);
  set_error (self, SMTP_TLS_OPTION_MIN, smtp_tls_options_check (options, &error) ? NULL : error);
  if (error != NULL)
    return;

  smtp_tls_options_set (options, SMTP_TLS_OPTION_TRUST, "file", NULL);
  settings = smtp_tls_settings_new (options, &error);
  set_error (self, SMTP_TLS_OPTION_PRIORITY, error);
}

static void
check_field (ProbeEncryption *self,
             int              field)
{
  g_autoptr (SmtpTlsOptions) options = NULL;
  g_autoptr (GError) error = NULL;

  switch (field)
    {
    case SMTP_TLS_OPTION_CA_FILE:
    case SMTP_TLS_OPTION_CERT_FILE:
    case SMTP_TLS_OPTION_KEY_FILE:
    case FIELD_PASSWORD:
      check_files (self, field);
      break;
    case SMTP_TLS_OPTION_PRIORITY:
      check_offer (self);
      break;
    case SMTP_TLS_OPTION_KEYLOG_FILE:
      /* To see whether it can be written would be to write it. Without a name there is none. */
      if (*get_text (self, field) == '\0')
        gtk_check_button_set_active (self->keylog, FALSE);
      break;
    default:
      options = smtp_tls_options_new ();
      smtp_tls_options_set (options, (SmtpTlsOption) field, get_text (self, field), &error);
      set_error (self, field, error);
      break;
    }
}

static int
find_field (ProbeEncryption *self,
            GtkWidget       *entry)
{
  for (int field = 0; field < N_FIELDS; field++)
    {
      if (self->fields[field] == entry)
        return field;
    }

  g_return_val_if_reached (0);
}

static void
on_leave (GtkEventControllerFocus *focus,
          ProbeEncryption         *self)
{
  check_field (self, find_field (self, gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (focus))));
}

static void
on_chosen (ProbeFileField  *file_field,
           ProbeEncryption *self)
{
  check_field (self, find_field (self, probe_file_field_get_entry (file_field)));
}

static void
on_activate (GtkWidget       *entry,
             ProbeEncryption *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.run", NULL);
}

/* What is there only for some choices. */
static void
show_parts (ProbeEncryption *self)
{
  gboolean trusts_file = gtk_drop_down_get_selected (self->trust) != 0;
  gboolean other_name = gtk_drop_down_get_selected (self->sni) == SNI_OTHER;

  gtk_widget_set_visible (GTK_WIDGET (self->ca_file), trusts_file);
  gtk_widget_set_visible (self->sni_name, other_name);
  if (!trusts_file)
    set_error (self, SMTP_TLS_OPTION_CA_FILE, NULL);
  if (!other_name)
    set_error (self, SMTP_TLS_OPTION_SNI, NULL);
  if (!gtk_check_button_get_active (self->keylog))
    set_error (self, SMTP_TLS_OPTION_KEYLOG_FILE, NULL);
}

static void
take_fields (ProbeEncryption *self)
{
  for (int option = 0; option < SMTP_TLS_N_OPTIONS; option++)
    {
      if (self->fields[option] != NULL && option != SMTP_TLS_OPTION_MIN)
        probe_encryption_values_set (self->values, (SmtpTlsOption) option, get_text (self, option));
    }

  if (gtk_drop_down_get_selected (self->sni) != SNI_OTHER)
    probe_encryption_values_set (self->values, SMTP_TLS_OPTION_SNI,
                                 gtk_drop_down_get_selected (self->sni) == SNI_NONE ? "-" : "");
  if (!gtk_check_button_get_active (self->keylog))
    probe_encryption_values_set (self->values, SMTP_TLS_OPTION_KEYLOG_FILE, "");
  probe_encryption_values_set (self->values, SMTP_TLS_OPTION_TRUST, trusts[gtk_drop_down_get_selected (self->trust)]);
  probe_encryption_values_set (self->values, SMTP_TLS_OPTION_MIN, versions[gtk_drop_down_get_selected (self->min)]);
  probe_encryption_values_set (self->values, SMTP_TLS_OPTION_MAX, versions[gtk_drop_down_get_selected (self->max)]);
  probe_encryption_values_set (self->values, SMTP_TLS_OPTION_STRICT, gtk_check_button_get_active (self->strict) ? "yes" : "no");
}

static void
on_changed (ProbeEncryption *self)
{
  if (self->is_filling)
    return;

  take_fields (self);
  show_parts (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_text_changed (GtkEditable     *editable,
                 ProbeEncryption *self)
{
  set_error (self, find_field (self, GTK_WIDGET (editable)), NULL);
  on_changed (self);
}

/* A key's faults are those of its certificate and its password, too. */
static void
on_key_changed (ProbeEncryption *self)
{
  for (int option = SMTP_TLS_OPTION_CERT_FILE; option <= SMTP_TLS_OPTION_KEY_FILE; option++)
    set_error (self, option, NULL);
  set_error (self, FIELD_PASSWORD, NULL);
}

static void
on_version (ProbeEncryption *self)
{
  on_changed (self);
  check_offer (self);
}

static void
on_preset (ProbeEncryption *self)
{
  guint preset = gtk_drop_down_get_selected (self->preset);

  if (self->is_filling)
    return;

  if (preset < G_N_ELEMENTS (presets))
    {
      self->is_filling = TRUE;
      gtk_editable_set_text (GTK_EDITABLE (self->priority), presets[preset]);
      self->is_filling = FALSE;
      on_changed (self);
      check_offer (self);
    }
  else
    {
      gtk_widget_grab_focus (self->priority);
    }
}

static void
show_preset (ProbeEncryption *self)
{
  gboolean was_filling = self->is_filling;

  self->is_filling = TRUE;
  gtk_drop_down_set_selected (self->preset, find (presets, G_N_ELEMENTS (presets), get_text (self, SMTP_TLS_OPTION_PRIORITY)));
  self->is_filling = was_filling;
}

/* Not while a preset is being put in: a choice made within the notification of another never ends. */
static void
on_priority (ProbeEncryption *self)
{
  if (!self->is_filling)
    show_preset (self);
}

static void
on_keylog (ProbeEncryption *self)
{
  if (gtk_check_button_get_active (self->keylog) && *get_text (self, SMTP_TLS_OPTION_KEYLOG_FILE) == '\0')
    {
      g_autofree char *path = g_build_filename (g_get_home_dir (), KEYLOG_NAME, NULL);

      gtk_editable_set_text (GTK_EDITABLE (self->fields[SMTP_TLS_OPTION_KEYLOG_FILE]), path);
    }
  on_changed (self);
}

static void
probe_encryption_dispose (GObject *object)
{
  ProbeEncryption *self = PROBE_ENCRYPTION (object);
  GtkWidget *child;

  g_cancellable_cancel (self->check);
  g_clear_object (&self->check);
  gtk_widget_dispose_template (GTK_WIDGET (object), PROBE_TYPE_ENCRYPTION);
  /* In GTK 4.8 that leaves those without a name. */
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (probe_encryption_parent_class)->dispose (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, ProbeEncryption, name)

static void
probe_encryption_class_init (ProbeEncryptionClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_encryption_dispose;

  signals[CHANGED] = g_signal_new ("changed", PROBE_TYPE_ENCRYPTION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (PROBE_TYPE_FILE_FIELD);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SmtpProbe/probe-encryption.ui");
  BIND (trust);
  BIND (ca_file);
  BIND (strict);
  BIND (verify_name);
  BIND (sni);
  BIND (sni_name);
  BIND (min);
  BIND (max);
  BIND (preset);
  BIND (priority);
  BIND (cert_file);
  BIND (key_file);
  BIND (key_password);
  BIND (keylog);
  BIND (keylog_file);
  BIND (ca_file_error);
  BIND (verify_name_error);
  BIND (sni_name_error);
  BIND (versions_error);
  BIND (priority_error);
  BIND (cert_file_error);
  BIND (key_file_error);
  BIND (key_password_error);
  BIND (keylog_file_error);
}

static void
name_inner_button (GtkDropDown *drop_down,
                   const char  *name)
{
  /* In GTK 4.8 the focus goes to the button inside, which has no name of its own. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (GTK_WIDGET (drop_down))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
add_field (ProbeEncryption *self,
           int              field,
           GtkWidget       *entry,
           GtkLabel        *error)
{
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->fields[field] = entry;
  self->errors[field] = error;
  g_signal_connect (focus, "leave", G_CALLBACK (on_leave), self);
  gtk_widget_add_controller (entry, focus);
  g_signal_connect (entry, "changed", G_CALLBACK (on_text_changed), self);
  g_signal_connect (entry, "activate", G_CALLBACK (on_activate), self);
}

static void
add_file_field (ProbeEncryption *self,
                SmtpTlsOption    option,
                ProbeFileField  *file_field,
                GtkLabel        *error)
{
  add_field (self, (int) option, probe_file_field_get_entry (file_field), error);
  g_signal_connect (file_field, "chosen", G_CALLBACK (on_chosen), self);
}

static void
probe_encryption_init (ProbeEncryption *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_inner_button (self->trust, _("Trust"));
  name_inner_button (self->sni, _("Server name to send (SNI)"));
  name_inner_button (self->min, _("Lowest version"));
  name_inner_button (self->max, _("Highest version"));
  name_inner_button (self->preset, _("What to offer"));

  add_field (self, SMTP_TLS_OPTION_VERIFY_NAME, self->verify_name, self->verify_name_error);
  add_field (self, SMTP_TLS_OPTION_SNI, self->sni_name, self->sni_name_error);
  add_field (self, SMTP_TLS_OPTION_PRIORITY, self->priority, self->priority_error);
  add_field (self, FIELD_PASSWORD, self->key_password, self->key_password_error);
  add_file_field (self, SMTP_TLS_OPTION_CA_FILE, self->ca_file, self->ca_file_error);
  add_file_field (self, SMTP_TLS_OPTION_CERT_FILE, self->cert_file, self->cert_file_error);
  add_file_field (self, SMTP_TLS_OPTION_KEY_FILE, self->key_file, self->key_file_error);
  add_file_field (self, SMTP_TLS_OPTION_KEYLOG_FILE, self->keylog_file, self->keylog_file_error);
  /* No text, but a place for an error. */
  self->fields[SMTP_TLS_OPTION_MIN] = GTK_WIDGET (self->min);
  self->errors[SMTP_TLS_OPTION_MIN] = self->versions_error;
}

static void
fill (ProbeEncryption *self)
{
  const char *sni = get (self, SMTP_TLS_OPTION_SNI);

  for (int option = 0; option < SMTP_TLS_N_OPTIONS; option++)
    {
      if (self->fields[option] != NULL && option != SMTP_TLS_OPTION_MIN)
        gtk_editable_set_text (GTK_EDITABLE (self->fields[option]), get (self, (SmtpTlsOption) option));
    }
  if (strcmp (sni, "-") == 0)
    gtk_editable_set_text (GTK_EDITABLE (self->sni_name), "");

  gtk_drop_down_set_selected (self->sni, *sni == '\0' ? SNI_HOST : strcmp (sni, "-") == 0 ? SNI_NONE : SNI_OTHER);
  gtk_drop_down_set_selected (self->trust, find (trusts, G_N_ELEMENTS (trusts), get (self, SMTP_TLS_OPTION_TRUST)) % G_N_ELEMENTS (trusts));
  gtk_drop_down_set_selected (self->min, find (versions, G_N_ELEMENTS (versions), get (self, SMTP_TLS_OPTION_MIN)) % G_N_ELEMENTS (versions));
  gtk_drop_down_set_selected (self->max, find (versions, G_N_ELEMENTS (versions), get (self, SMTP_TLS_OPTION_MAX)) % G_N_ELEMENTS (versions));
  gtk_check_button_set_active (self->strict, strcmp (get (self, SMTP_TLS_OPTION_STRICT), "yes") == 0);
  gtk_check_button_set_active (self->keylog, *get (self, SMTP_TLS_OPTION_KEYLOG_FILE) != '\0');
  show_preset (self);
}

/**
 * probe_encryption_new:
 * @values: what to edit; must outlive the widget
 *
 * Returns: the widget
 */
GtkWidget *
probe_encryption_new (ProbeEncryptionValues *values)
{
  ProbeEncryption *self = g_object_new (PROBE_TYPE_ENCRYPTION, NULL);

  self->values = values;
  self->is_filling = TRUE;
  fill (self);
  self->is_filling = FALSE;
  show_parts (self);

  g_signal_connect_swapped (self->trust, "notify::selected", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->sni, "notify::selected", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->min, "notify::selected", G_CALLBACK (on_version), self);
  g_signal_connect_swapped (self->max, "notify::selected", G_CALLBACK (on_version), self);
  g_signal_connect_swapped (self->strict, "toggled", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->keylog, "toggled", G_CALLBACK (on_keylog), self);
  g_signal_connect_swapped (self->preset, "notify::selected", G_CALLBACK (on_preset), self);
  g_signal_connect_swapped (self->priority, "changed", G_CALLBACK (on_priority), self);
  g_signal_connect_swapped (self->fields[SMTP_TLS_OPTION_CERT_FILE], "changed", G_CALLBACK (on_key_changed), self);
  g_signal_connect_swapped (self->fields[SMTP_TLS_OPTION_KEY_FILE], "changed", G_CALLBACK (on_key_changed), self);
  g_signal_connect_swapped (self->key_password, "changed", G_CALLBACK (on_key_changed), self);

  return GTK_WIDGET (self);
}

/**
 * probe_encryption_get_key_password:
 * @self: the widget
 *
 * Returns: (transfer none) (nullable): the password of the key, in the entry's own memory; not to be kept
 */
const char *
probe_encryption_get_key_password (ProbeEncryption *self)
{
  const char *password = get_text (self, FIELD_PASSWORD);

  return *password != '\0' ? password : NULL;
}

/**
 * probe_encryption_show_error:
 * @self: the widget
 * @option: the option that is wrong
 * @error: how
 *
 * Says so at its field and puts the cursor there.
 */
void
probe_encryption_show_error (ProbeEncryption *self,
                             SmtpTlsOption    option,
                             const GError    *error)
{
  int field = get_field (option, error);

  if (self->fields[field] == NULL)
    field = SMTP_TLS_OPTION_MIN;

  set_error (self, field, error);
  gtk_widget_grab_focus (self->fields[field]);
}
