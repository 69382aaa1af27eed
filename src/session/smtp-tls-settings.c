/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-tls-settings.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/x509.h>
#include <string.h>
#include <unistd.h>

#define LARGEST_FILE (8 * 1024 * 1024)

struct _SmtpTlsSettings
{
  gatomicrefcount                   refs;

  gnutls_priority_t                 priority;
  gnutls_certificate_credentials_t  credentials;
  gnutls_anon_client_credentials_t  anonymous;
  SmtpTrust                        *trust;
  char                             *keylog_file;

  SmtpTlsSettings                  *base;  /* or NULL; has all but the priority, then */
};

/* The files of the options, while they are read one after the other. */
typedef struct
{
  SmtpTlsOptions *options;      /* not owned: the caller's plan has it */
  char           *password;
  GBytes         *files[SMTP_TLS_N_OPTIONS];
  guint           next;         /* index into read_options */
  GByteArray     *reading;      /* what came of that file so far */
} Load;

static const struct
{
  SmtpTlsOption        option;
  SmtpTlsOptionsError  error;
} read_options[] = {
  { SMTP_TLS_OPTION_CA_FILE, SMTP_TLS_OPTIONS_ERROR_CA_READ },
  { SMTP_TLS_OPTION_CERT_FILE, SMTP_TLS_OPTIONS_ERROR_CERT_READ },
  { SMTP_TLS_OPTION_KEY_FILE, SMTP_TLS_OPTIONS_ERROR_KEY_READ },
};

static void
load_free (gpointer data)
{
  Load *load = data;

  if (load->password != NULL)
    gnutls_memset (load->password, 0, strlen (load->password));
  g_free (load->password);
  for (int i = 0; i < SMTP_TLS_N_OPTIONS; i++)
    g_clear_pointer (&load->files[i], g_bytes_unref);
  g_clear_pointer (&load->reading, g_byte_array_unref);
  g_free (load);
}

static gboolean
refuse (GError              **error,
        SmtpTlsOptionsError   code,
        const char           *detail)
{
  g_set_error_literal (error, SMTP_TLS_OPTIONS_ERROR, (int) code, detail != NULL ? detail : "");

  return FALSE;
}

static gboolean
is_token (const char *path)
{
  return path != NULL && g_ascii_strncasecmp (path, "pkcs11:", 7) == 0;
}

/* The version range goes behind the user's string, so that it counts. */
static char *
compose_priority (SmtpTlsOptions *options)
{
  static const char *const versions[] = {
    [SMTP_TLS_VERSION_1_0] = ":+VERS-TLS1.0", [SMTP_TLS_VERSION_1_1] = ":+VERS-TLS1.1",
    [SMTP_TLS_VERSION_1_2] = ":+VERS-TLS1.2", [SMTP_TLS_VERSION_1_3] = ":+VERS-TLS1.3",
  };
  const char *base = smtp_tls_options_get (options, SMTP_TLS_OPTION_PRIORITY);
  SmtpTlsVersion min = smtp_tls_options_get_min (options);
  SmtpTlsVersion max = smtp_tls_options_get_max (options);
  GString *text = g_string_new (base != NULL ? base : "NORMAL");

  if (min == SMTP_TLS_VERSION_DEFAULT && max == SMTP_TLS_VERSION_DEFAULT)
    return g_string_free (text, FALSE);

  if (min == SMTP_TLS_VERSION_DEFAULT)
    min = SMTP_TLS_VERSION_1_0;
  if (max == SMTP_TLS_VERSION_DEFAULT)
    max = SMTP_TLS_VERSION_1_3;
  g_string_append (text, ":-VERS-ALL");
  for (SmtpTlsVersion version = max; version >= min; version--)
    g_string_append (text, versions[version]);

  return g_string_free (text, FALSE);
}

static gboolean
make_priority (SmtpTlsSettings  *self,
               SmtpTlsOptions   *options,
               GError          **error)
{
  const char *base = smtp_tls_options_get (options, SMTP_TLS_OPTION_PRIORITY);
  g_autofree char *text = compose_priority (options);
  const char *wrong = NULL;
  int code;

  /* What is wrong with the user's part is told in the user's part. */
  if (base != NULL)
    {
      gnutls_priority_t alone;

      code = gnutls_priority_init (&alone, base, &wrong);
      if (code == GNUTLS_E_INVALID_REQUEST)
        return refuse (error, SMTP_TLS_OPTIONS_ERROR_PRIORITY, wrong);
      if (code == 0)
        gnutls_priority_deinit (alone);
    }

  code = gnutls_priority_init (&self->priority, text, &wrong);
  if (code < 0)
    return refuse (error, SMTP_TLS_OPTIONS_ERROR_NOTHING_LEFT, gnutls_strerror (code));

  return TRUE;
}

static gboolean
make_trust (SmtpTlsSettings  *self,
            Load             *load,
            GError          **error)
{
  GBytes *file = load->files[SMTP_TLS_OPTION_CA_FILE];

  self->trust = smtp_trust_new ();
  /* Without the system's authorities everything is untrusted, which is told at each certificate. */
  if (smtp_tls_options_trusts_system (load->options))
    smtp_trust_add_system (self->trust, NULL);
  if (file != NULL && g_strcmp0 (smtp_tls_options_get (load->options, SMTP_TLS_OPTION_TRUST), "system") != 0 &&
      !smtp_trust_add_pem (self->trust, file, NULL))
    return refuse (error, SMTP_TLS_OPTIONS_ERROR_CA_FORMAT, NULL);

  return TRUE;
}

static gnutls_datum_t
to_datum (GBytes *bytes)
{
  gnutls_datum_t datum = { NULL, 0 };
  gsize length = 0;

  if (bytes != NULL)
    datum.data = (unsigned char *) g_bytes_get_data (bytes, &length);
  datum.size = (unsigned int) length;

  return datum;
}

/* A PKCS#12 file starts like any DER structure does. */
static gboolean
is_der (GBytes *bytes)
{
  gnutls_datum_t datum = to_datum (bytes);

  return datum.size > 2 && datum.data[0] == 0x30;
}

static SmtpTlsOptionsError
classify_key_error (int code)
{
  switch (code)
    {
    case GNUTLS_E_DECRYPTION_FAILED:
    case GNUTLS_E_MAC_VERIFY_FAILED:
    case GNUTLS_E_PKCS11_PIN_ERROR:
      return SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD;
    case GNUTLS_E_CERTIFICATE_KEY_MISMATCH:
      return SMTP_TLS_OPTIONS_ERROR_KEY_MISMATCH;
    default:
      return SMTP_TLS_OPTIONS_ERROR_KEY_FORMAT;
    }
}

static gboolean
take_pkcs12 (SmtpTlsSettings  *self,
             Load             *load,
             GError          **error)
{
  gnutls_datum_t file = to_datum (load->files[SMTP_TLS_OPTION_CERT_FILE]);
  int code = gnutls_certificate_set_x509_simple_pkcs12_mem (self->credentials, &file, GNUTLS_X509_FMT_DER,
                                                            load->password != NULL ? load->password : "");

  if (code >= 0)
    return TRUE;
  if (classify_key_error (code) == SMTP_TLS_OPTIONS_ERROR_KEY_FORMAT)
    return refuse (error, SMTP_TLS_OPTIONS_ERROR_CERT_FORMAT, gnutls_strerror (code));

  return refuse (error, classify_key_error (code), gnutls_strerror (code));
}

static gboolean
take_pem (SmtpTlsSettings  *self,
          Load             *load,
          GError          **error)
{
  GBytes *key_file = load->files[SMTP_TLS_OPTION_KEY_FILE];
  gnutls_datum_t cert = to_datum (load->files[SMTP_TLS_OPTION_CERT_FILE]);
  gnutls_datum_t key = to_datum (key_file != NULL ? key_file : load->files[SMTP_TLS_OPTION_CERT_FILE]);
  gnutls_x509_crt_t *certificates = NULL;
  unsigned int n = 0;
  int code;

  code = gnutls_x509_crt_list_import2 (&certificates, &n, &cert, GNUTLS_X509_FMT_PEM, 0);
  for (unsigned int i = 0; i < n; i++)
    gnutls_x509_crt_deinit (certificates[i]);
  gnutls_free (certificates);
  if (code < 0 || n == 0)
    return refuse (error, SMTP_TLS_OPTIONS_ERROR_CERT_FORMAT, gnutls_strerror (code));

  if (load->password == NULL && key.size > 0 && g_strstr_len ((const char *) key.data, key.size, "ENCRYPTED") != NULL)
    return refuse (error, SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD, NULL);

  code = gnutls_certificate_set_x509_key_mem2 (self->credentials, &cert, &key, GNUTLS_X509_FMT_PEM, load->password, 0);
  if (code < 0)
    return refuse (error, classify_key_error (code), gnutls_strerror (code));

  return TRUE;
}

static gboolean
take_token (SmtpTlsSettings  *self,
            Load             *load,
            GError          **error)
{
  const char *cert = smtp_tls_options_get (load->options, SMTP_TLS_OPTION_CERT_FILE);
  const char *key = smtp_tls_options_get (load->options, SMTP_TLS_OPTION_KEY_FILE);
  int code = gnutls_certificate_set_x509_key_file2 (self->credentials, cert, key != NULL ? key : cert,
                                                    GNUTLS_X509_FMT_PEM, load->password, 0);

  if (code < 0)
    return refuse (error, SMTP_TLS_OPTIONS_ERROR_PKCS11, gnutls_strerror (code));

  return TRUE;
}

static gboolean
make_credentials (SmtpTlsSettings  *self,
                  Load             *load,
                  GError          **error)
{
  const char *cert = smtp_tls_options_get (load->options, SMTP_TLS_OPTION_CERT_FILE);
  const char *key = smtp_tls_options_get (load->options, SMTP_TLS_OPTION_KEY_FILE);

  gnutls_certificate_allocate_credentials (&self->credentials);
  /* Offered only where the priority has such a key exchange. */
  gnutls_anon_allocate_client_credentials (&self->anonymous);
  if (cert == NULL)
    return TRUE;

  if (is_token (cert) || is_token (key))
    return take_token (self, load, error);
  if (is_der (load->files[SMTP_TLS_OPTION_CERT_FILE]))
    return take_pkcs12 (self, load, error);

  return take_pem (self, load, error);
}

/* Whether the key log can be written, told before the run. */
static gboolean
make_keylog (SmtpTlsSettings  *self,
             SmtpTlsOptions   *options,
             GError          **error)
{
  const char *path = smtp_tls_options_get (options, SMTP_TLS_OPTION_KEYLOG_FILE);
  int fd;

  if (path == NULL)
    return TRUE;

  fd = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
  if (fd < 0)
    return refuse (error, SMTP_TLS_OPTIONS_ERROR_KEYLOG, g_strerror (errno));
  close (fd);
  self->keylog_file = g_strdup (path);

  return TRUE;
}

static SmtpTlsSettings *
make (Load    *load,
      GError **error)
{
  g_autoptr (SmtpTlsSettings) self = g_new0 (SmtpTlsSettings, 1);

  /* Programs may have put that off; more than once does no harm. */
  gnutls_global_init ();

  g_atomic_ref_count_init (&self->refs);
  if (!make_priority (self, load->options, error) || !make_trust (self, load, error) ||
      !make_credentials (self, load, error) || !make_keylog (self, load->options, error))
    return NULL;

  return g_steal_pointer (&self);
}

static void read_next (GTask *task);

/* Reads on until there is no more: a pipe comes in pieces. */
static void
on_read (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  Load *load = g_task_get_task_data (task);
  gsize length = 0;
  const guint8 *piece;

  if (bytes == NULL)
    {
      g_task_return_new_error (task, SMTP_TLS_OPTIONS_ERROR, (int) read_options[load->next].error, "%s", error->message);
      return;
    }

  piece = g_bytes_get_data (bytes, &length);
  if (length > 0)
    g_byte_array_append (load->reading, piece, (guint) length);
  if (length > 0 && load->reading->len < LARGEST_FILE)
    {
      g_input_stream_read_bytes_async (G_INPUT_STREAM (object), LARGEST_FILE - load->reading->len,
                                       g_task_get_priority (task), g_task_get_cancellable (task), on_read,
                                       g_object_ref (task));
      return;
    }

  load->files[read_options[load->next].option] = g_byte_array_free_to_bytes (g_steal_pointer (&load->reading));
  load->next++;
  read_next (g_steal_pointer (&task));
}

static void
on_opened (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read_finish (G_FILE (object), result, &error);
  Load *load = g_task_get_task_data (task);

  if (stream == NULL)
    {
      g_task_return_new_error (task, SMTP_TLS_OPTIONS_ERROR, (int) read_options[load->next].error, "%s", error->message);
      return;
    }

  load->reading = g_byte_array_new ();
  g_input_stream_read_bytes_async (G_INPUT_STREAM (stream), LARGEST_FILE, g_task_get_priority (task),
                                   g_task_get_cancellable (task), on_read, g_object_ref (task));
}

/* Takes @task over. */
static void
read_next (GTask *task)
{
  Load *load = g_task_get_task_data (task);
  GError *error = NULL;
  SmtpTlsSettings *settings;

  for (; load->next < G_N_ELEMENTS (read_options); load->next++)
    {
      const char *path = smtp_tls_options_get (load->options, read_options[load->next].option);

      if (path != NULL && !is_token (path))
        {
          /* Not the default way to files: that looks for modules first, and with GVfs calls the session bus. */
          g_autoptr (GFile) file = g_vfs_get_file_for_path (g_vfs_get_local (), path);

          g_file_read_async (file, g_task_get_priority (task), g_task_get_cancellable (task), on_opened, task);
          return;
        }
    }

  settings = make (load, &error);
  if (settings != NULL)
    g_task_return_pointer (task, settings, (GDestroyNotify) smtp_tls_settings_unref);
  else
    g_task_return_error (task, error);
  g_object_unref (task);
}

/**
 * smtp_tls_settings_load_async:
 * @options: what was chosen; must stay as it is until the callback
 * @key_password: (nullable): the password of the client's key or PKCS#12 file; not kept
 * @cancellable: (nullable): stops the loading
 * @callback: called when all is loaded, or something cannot be
 * @user_data: for @callback
 *
 * Reads the files that the options name and makes settings of them.
 */
void
smtp_tls_settings_load_async (SmtpTlsOptions      *options,
                              const char          *key_password,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Load *load = g_new0 (Load, 1);

  g_task_set_source_tag (task, smtp_tls_settings_load_async);
  load->options = options;
  load->password = g_strdup (key_password);
  g_task_set_task_data (task, load, load_free);
  read_next (task);
}

/**
 * smtp_tls_settings_load_finish:
 * @result: the result handed to the callback
 * @error: return location for a #SmtpTlsOptionsError, or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the settings
 */
SmtpTlsSettings *
smtp_tls_settings_load_finish (GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * smtp_tls_settings_new:
 * @options: what was chosen; the files it names are not read
 * @error: return location for a #SmtpTlsOptionsError
 *
 * Returns: (transfer full) (nullable): settings for options without files
 */
SmtpTlsSettings *
smtp_tls_settings_new (SmtpTlsOptions  *options,
                       GError         **error)
{
  Load load = { .options = options, };

  return make (&load, error);
}

/**
 * smtp_tls_settings_add_authority:
 * @self: settings that are not yet in use
 * @pem: certificates in PEM
 * @error: return location for a #SmtpTlsOptionsError
 *
 * Trusts these, too, beside those of the options.
 *
 * Returns: %FALSE with %SMTP_TLS_OPTIONS_ERROR_CA_FORMAT if these are no certificates
 */
gboolean
smtp_tls_settings_add_authority (SmtpTlsSettings  *self,
                                 GBytes           *pem,
                                 GError          **error)
{
  g_return_val_if_fail (self != NULL && pem != NULL, FALSE);

  return smtp_trust_add_pem (self->trust, pem, NULL) || refuse (error, SMTP_TLS_OPTIONS_ERROR_CA_FORMAT, NULL);
}

/**
 * smtp_tls_settings_new_with_priority:
 * @base: settings
 * @priority: a GnuTLS priority string; the versions of @base do not count
 * @error: return location for a #SmtpTlsOptionsError
 *
 * The same settings with something else to offer, to find out about a server: a Diffie-Hellman group that is too
 * small to be safe is not refused.
 *
 * Returns: (transfer full) (nullable): the settings
 */
SmtpTlsSettings *
smtp_tls_settings_new_with_priority (SmtpTlsSettings  *base,
                                     const char       *priority,
                                     GError          **error)
{
  g_autoptr (SmtpTlsSettings) self = g_new0 (SmtpTlsSettings, 1);
  const char *wrong = NULL;
  int code;

  g_return_val_if_fail (base != NULL && base->base == NULL && priority != NULL, NULL);

  g_atomic_ref_count_init (&self->refs);
  code = gnutls_priority_init (&self->priority, priority, &wrong);
  if (code < 0)
    {
      self->priority = NULL;
      refuse (error, code == GNUTLS_E_INVALID_REQUEST ? SMTP_TLS_OPTIONS_ERROR_PRIORITY : SMTP_TLS_OPTIONS_ERROR_NOTHING_LEFT,
              code == GNUTLS_E_INVALID_REQUEST ? wrong : gnutls_strerror (code));
      return NULL;
    }

  self->base = smtp_tls_settings_ref (base);
  self->credentials = base->credentials;
  self->anonymous = base->anonymous;
  self->trust = base->trust;
  self->keylog_file = base->keylog_file;

  return g_steal_pointer (&self);
}

/**
 * smtp_tls_settings_ref:
 * @self: settings
 *
 * Returns: (transfer full): @self, with one more reference
 */
SmtpTlsSettings *
smtp_tls_settings_ref (SmtpTlsSettings *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);

  return self;
}

/**
 * smtp_tls_settings_unref:
 * @self: (transfer full): settings
 */
void
smtp_tls_settings_unref (SmtpTlsSettings *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_clear_pointer (&self->priority, gnutls_priority_deinit);
  if (self->base == NULL)
    {
      g_clear_pointer (&self->credentials, gnutls_certificate_free_credentials);
      g_clear_pointer (&self->anonymous, gnutls_anon_free_client_credentials);
      g_clear_pointer (&self->trust, smtp_trust_free);
      g_free (self->keylog_file);
    }
  g_clear_pointer (&self->base, smtp_tls_settings_unref);
  g_free (self);
}

/**
 * smtp_tls_settings_get_priority:
 * @self: settings
 *
 * Returns: (transfer none): what to offer
 */
gnutls_priority_t
smtp_tls_settings_get_priority (SmtpTlsSettings *self)
{
  return self->priority;
}

/**
 * smtp_tls_settings_get_credentials:
 * @self: settings
 *
 * Returns: (transfer none): who we are
 */
gnutls_certificate_credentials_t
smtp_tls_settings_get_credentials (SmtpTlsSettings *self)
{
  return self->credentials;
}

/**
 * smtp_tls_settings_get_anonymous:
 * @self: settings
 *
 * Returns: (transfer none): what key exchanges without a certificate need
 */
gnutls_anon_client_credentials_t
smtp_tls_settings_get_anonymous (SmtpTlsSettings *self)
{
  return self->anonymous;
}

/**
 * smtp_tls_settings_get_trust:
 * @self: settings
 *
 * Returns: (transfer none): whom to trust
 */
SmtpTrust *
smtp_tls_settings_get_trust (SmtpTlsSettings *self)
{
  return self->trust;
}

/**
 * smtp_tls_settings_is_exploring:
 * @self: settings
 *
 * Returns: whether they are made to find out what a server has, however weak it is
 */
gboolean
smtp_tls_settings_is_exploring (SmtpTlsSettings *self)
{
  return self->base != NULL;
}

/**
 * smtp_tls_settings_get_keylog_file:
 * @self: settings
 *
 * Returns: (transfer none) (nullable): where the sessions' secrets are to be written
 */
const char *
smtp_tls_settings_get_keylog_file (SmtpTlsSettings *self)
{
  return self->keylog_file;
}
