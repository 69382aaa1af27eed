/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-plan.h"

#include <string.h>

#include "dialogue/smtp-target.h"
#include "protocol/smtp-mailbox.h"

#define AUTOMATIC        -1
#define PORT_SUBMISSIONS 465  /* RFC 8314 section 3.3 */

struct _SmtpPlan
{
  gatomicrefcount  refs;

  char            *host;
  gboolean         is_literal;
  guint16          port;
  char            *ehlo_name;
  char            *sender;
  GPtrArray       *recipients;
  int              security;       /* an SmtpSecurity, or AUTOMATIC */
  SmtpTlsOptions  *tls;
  int              stop_after;     /* an SmtpPhase, or AUTOMATIC */
  SmtpFamily       family;
  gboolean         quit;
  SmtpCheck        check;
  guint            timeouts[SMTP_N_PHASES];
  GBytes          *message;
  char            *message_file;
};

G_DEFINE_BOXED_TYPE (SmtpPlan, smtp_plan, smtp_plan_ref, smtp_plan_unref)
G_DEFINE_QUARK (smtp-plan-error-quark, smtp_plan_error)

/* Seconds. RFC 5321 section 4.5.3.2 has minimums for greeting to final reply; the rest is common use. */
static const struct
{
  const char *id;
  guint       quick;
  guint       rfc;
} phases[SMTP_N_PHASES] = {
  [SMTP_PHASE_LOOKUP] = { "lookup", 30, 30 },
  [SMTP_PHASE_CONNECT] = { "connect", 30, 30 },
  [SMTP_PHASE_HANDSHAKE] = { "handshake", 30, 60 },
  [SMTP_PHASE_GREETING] = { "greeting", 30, 300 },
  [SMTP_PHASE_EHLO] = { "ehlo", 30, 300 },
  [SMTP_PHASE_STARTTLS] = { "starttls", 30, 300 },
  [SMTP_PHASE_SILENCE] = { "silence", 3, 3 },
  [SMTP_PHASE_MAIL] = { "mail", 30, 300 },
  [SMTP_PHASE_RCPT] = { "rcpt", 30, 300 },
  [SMTP_PHASE_DATA] = { "data", 30, 120 },
  [SMTP_PHASE_CONTENT] = { "content", 30, 180 },
  [SMTP_PHASE_FINAL] = { "message", 30, 600 },
  [SMTP_PHASE_RSET] = { "rset", 30, 60 },
  [SMTP_PHASE_QUIT] = { "quit", 10, 60 },
  [SMTP_PHASE_CLOSE] = { "close", 10, 10 },
};

static const SmtpPhase stop_points[] = {
  SMTP_PHASE_CONNECT, SMTP_PHASE_GREETING, SMTP_PHASE_EHLO, SMTP_PHASE_STARTTLS,
  SMTP_PHASE_MAIL,    SMTP_PHASE_RCPT,     SMTP_PHASE_DATA, SMTP_PHASE_FINAL,
};

static const char *const securities[] = { "none", "starttls", "starttls-required", "tls", NULL };

static gboolean
refuse (GError        **error,
        SmtpPlanError   code)
{
  g_set_error (error, SMTP_PLAN_ERROR, (int) code, "value refused (%d)", (int) code);

  return FALSE;
}

static gboolean
set_host (SmtpPlan    *self,
          const char  *value,
          GError     **error)
{
  char *host = smtp_target_parse_host (value, &self->is_literal, error);

  if (host == NULL)
    return FALSE;

  g_free (self->host);
  self->host = host;

  return TRUE;
}

static gboolean
set_ehlo_name (SmtpPlan    *self,
               const char  *value,
               GError     **error)
{
  g_autofree char *name = g_strstrip (g_strdup (value));
  g_autofree char *ascii = NULL;

  if (*name != '\0')
    {
      if (*name == '[')
        ascii = smtp_mailbox_is_literal (name) ? g_strdup (name) : NULL;
      else if (g_utf8_validate (name, -1, NULL))
        ascii = g_str_is_ascii (name) ? g_strdup (name) : g_hostname_to_ascii (name);

      if (ascii == NULL || (*name != '[' && !smtp_mailbox_is_domain (ascii)))
        return refuse (error, SMTP_PLAN_ERROR_EHLO_NAME);
    }

  g_free (self->ehlo_name);
  self->ehlo_name = g_steal_pointer (&ascii);

  return TRUE;
}

static gboolean
set_sender (SmtpPlan    *self,
            const char  *value,
            GError     **error)
{
  char *path = smtp_mailbox_parse (value, SMTP_MAILBOX_NULL_ALLOWED, error);

  if (path == NULL)
    return FALSE;

  g_free (self->sender);
  self->sender = path;

  return TRUE;
}

static gboolean
add_recipient (SmtpPlan    *self,
               const char  *value,
               GError     **error)
{
  char *path = smtp_mailbox_parse (value, SMTP_MAILBOX_POSTMASTER_ALLOWED, error);

  if (path == NULL)
    return FALSE;

  g_ptr_array_add (self->recipients, path);

  return TRUE;
}

static gboolean
set_stop_after (SmtpPlan    *self,
                const char  *value,
                GError     **error)
{
  if (*value == '\0')
    {
      self->stop_after = AUTOMATIC;
      return TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (stop_points); i++)
    {
      if (strcmp (value, phases[stop_points[i]].id) == 0)
        {
          self->stop_after = (int) stop_points[i];
          return TRUE;
        }
    }

  return refuse (error, SMTP_PLAN_ERROR_CHOICE);
}

static gboolean
set_timeouts (SmtpPlan    *self,
              const char  *value,
              GError     **error)
{
  if (smtp_timeouts_get_preset (value, SMTP_PHASE_CONNECT) == 0)
    return refuse (error, SMTP_PLAN_ERROR_CHOICE);

  for (SmtpPhase phase = 0; phase < SMTP_N_PHASES; phase++)
    self->timeouts[phase] = smtp_timeouts_get_preset (value, phase);

  return TRUE;
}

static gboolean
choose (const char         *value,
        const char * const *choices,
        int                *chosen,
        GError            **error)
{
  for (int i = 0; choices[i] != NULL; i++)
    {
      if (strcmp (value, choices[i]) == 0)
        {
          *chosen = i;
          return TRUE;
        }
    }

  return refuse (error, SMTP_PLAN_ERROR_CHOICE);
}

/**
 * smtp_plan_new:
 *
 * Returns: (transfer full): a plan without host; port 25, null sender, quick time-outs, QUIT at the end
 */
SmtpPlan *
smtp_plan_new (void)
{
  SmtpPlan *self = g_new0 (SmtpPlan, 1);

  g_atomic_ref_count_init (&self->refs);
  self->port = 25;
  self->sender = g_strdup ("");
  self->recipients = g_ptr_array_new_with_free_func (g_free);
  self->security = AUTOMATIC;
  self->tls = smtp_tls_options_new ();
  self->stop_after = AUTOMATIC;
  self->quit = TRUE;
  set_timeouts (self, "quick", NULL);

  return self;
}

/**
 * smtp_plan_ref:
 * @self: a plan
 *
 * Returns: (transfer full): @self, with one more reference
 */
SmtpPlan *
smtp_plan_ref (SmtpPlan *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->refs);

  return self;
}

/**
 * smtp_plan_unref:
 * @self: (transfer full): a plan
 */
void
smtp_plan_unref (SmtpPlan *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->refs))
    return;

  g_free (self->host);
  g_free (self->ehlo_name);
  g_free (self->sender);
  g_ptr_array_unref (self->recipients);
  smtp_tls_options_free (self->tls);
  g_clear_pointer (&self->message, g_bytes_unref);
  g_free (self->message_file);
  g_free (self);
}

/**
 * smtp_plan_set:
 * @self: a plan that is still being filled
 * @field: what to set
 * @value: its text, as a person typed it
 * @error: return location for an error
 *
 * Checks a value and takes it. %SMTP_PLAN_RECIPIENT adds, all others replace; a refused value leaves the
 * plan as it was.
 *
 * Returns: whether it was taken; else @error is of #SmtpPlanError, or of #SmtpMailboxError for addresses
 */
gboolean
smtp_plan_set (SmtpPlan       *self,
               SmtpPlanField   field,
               const char     *value,
               GError        **error)
{
  static const char *const families[] = { "any", "ipv4", "ipv6", NULL };
  static const char *const closes[] = { "drop", "quit", NULL };
  int chosen;

  g_return_val_if_fail (self != NULL && value != NULL, FALSE);

  switch (field)
    {
    case SMTP_PLAN_HOST:
      return set_host (self, value, error);
    case SMTP_PLAN_PORT:
      return smtp_target_parse_port (value, &self->port, error);
    case SMTP_PLAN_EHLO_NAME:
      return set_ehlo_name (self, value, error);
    case SMTP_PLAN_SENDER:
      return set_sender (self, value, error);
    case SMTP_PLAN_RECIPIENT:
      return add_recipient (self, value, error);
    case SMTP_PLAN_SECURITY:
      chosen = AUTOMATIC;
      if (*value != '\0' && !choose (value, securities, &chosen, error))
        return FALSE;
      self->security = chosen;
      return TRUE;
    case SMTP_PLAN_STOP_AFTER:
      return set_stop_after (self, value, error);
    case SMTP_PLAN_FAMILY:
      if (!choose (value, families, &chosen, error))
        return FALSE;
      self->family = (SmtpFamily) chosen;
      return TRUE;
    case SMTP_PLAN_TIMEOUTS:
      return set_timeouts (self, value, error);
    case SMTP_PLAN_CLOSE:
      if (!choose (value, closes, &chosen, error))
        return FALSE;
      self->quit = chosen == 1;
      return TRUE;
    case SMTP_PLAN_MESSAGE_FILE:
      g_free (self->message_file);
      self->message_file = *value != '\0' ? g_strdup (value) : NULL;
      return TRUE;
    default:
      g_return_val_if_reached (FALSE);
    }
}

/**
 * smtp_plan_set_target:
 * @self: a plan that is still being filled
 * @target: HOST, HOST:PORT, IPv4:PORT, IPv6, [IPv6], [IPv6]:PORT, each also behind smtp://
 * @error: return location for an error
 *
 * Sets host and, where one is given, port.
 *
 * Returns: whether it was taken; else @error is of #SmtpPlanError
 */
gboolean
smtp_plan_set_target (SmtpPlan    *self,
                      const char  *target,
                      GError     **error)
{
  g_autofree char *host = NULL;
  g_autofree char *port = NULL;

  g_return_val_if_fail (self != NULL && target != NULL, FALSE);

  smtp_target_split (target, &host, &port);
  if (port != NULL && !smtp_target_parse_port (port, &self->port, error))
    return FALSE;

  return set_host (self, host, error);
}

/**
 * smtp_plan_set_timeout:
 * @self: a plan that is still being filled
 * @phase: which phase
 * @seconds: how long it may take, 1 to 3600
 * @error: return location for an error
 *
 * Returns: whether it was taken; else @error is %SMTP_PLAN_ERROR_TIMEOUT
 */
gboolean
smtp_plan_set_timeout (SmtpPlan   *self,
                       SmtpPhase   phase,
                       guint       seconds,
                       GError    **error)
{
  g_return_val_if_fail (self != NULL && phase < SMTP_N_PHASES, FALSE);

  if (seconds < 1 || seconds > 3600)
    return refuse (error, SMTP_PLAN_ERROR_TIMEOUT);

  self->timeouts[phase] = seconds;

  return TRUE;
}

/**
 * smtp_plan_set_tls:
 * @self: a plan that is still being filled
 * @option: what to set
 * @value: its text, as a person typed it
 * @error: return location for a #SmtpTlsOptionsError
 *
 * Returns: whether it was taken
 */
gboolean
smtp_plan_set_tls (SmtpPlan       *self,
                   SmtpTlsOption   option,
                   const char     *value,
                   GError        **error)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return smtp_tls_options_set (self->tls, option, value, error);
}

/**
 * smtp_plan_set_message:
 * @self: a plan that is still being filled
 * @message: (nullable): the message text to send; any line ends
 */
void
smtp_plan_set_message (SmtpPlan *self,
                       GBytes   *message)
{
  g_return_if_fail (self != NULL);

  g_clear_pointer (&self->message, g_bytes_unref);
  if (message != NULL)
    self->message = g_bytes_ref (message);
}

/**
 * smtp_plan_set_check:
 * @self: a plan that is still being filled
 * @check: what to find out on the way; goes with no recipients and no message
 */
void
smtp_plan_set_check (SmtpPlan  *self,
                     SmtpCheck  check)
{
  g_return_if_fail (self != NULL);

  self->check = check;
}

/**
 * smtp_plan_check:
 * @self: a filled plan
 * @error: return location for an error
 *
 * Checks what only the whole shows: a host is there, recipients and a message where the probe needs them,
 * and an address of a family that was not excluded. Afterwards the plan is not to be changed.
 *
 * Returns: whether the plan can be run; else @error is of #SmtpPlanError or #SmtpTlsOptionsError
 */
gboolean
smtp_plan_check (SmtpPlan  *self,
                 GError   **error)
{
  SmtpPhase stop_after;

  g_return_val_if_fail (self != NULL, FALSE);

  stop_after = smtp_plan_get_stop_after (self);

  if (self->host == NULL)
    return refuse (error, SMTP_PLAN_ERROR_HOST_EMPTY);

  if (self->is_literal && self->family != SMTP_FAMILY_ANY &&
      (strchr (self->host, ':') != NULL) != (self->family == SMTP_FAMILY_IPV6))
    return refuse (error, SMTP_PLAN_ERROR_FAMILY);

  if (stop_after >= SMTP_PHASE_RCPT && self->recipients->len == 0)
    return refuse (error, SMTP_PLAN_ERROR_NO_RECIPIENTS);

  if (stop_after >= SMTP_PHASE_CONTENT && self->message == NULL && self->message_file == NULL)
    return refuse (error, SMTP_PLAN_ERROR_NO_MESSAGE);

  return smtp_plan_get_security (self) == SMTP_SECURITY_NONE || smtp_tls_options_check (self->tls, error);
}

/**
 * smtp_plan_get_host:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): the host: a name in ASCII, or an IP address without brackets
 */
const char *
smtp_plan_get_host (SmtpPlan *self)
{
  return self->host;
}

/**
 * smtp_plan_is_literal:
 * @self: a plan
 *
 * Returns: whether the host is an IP address, so that there is nothing to look up
 */
gboolean
smtp_plan_is_literal (SmtpPlan *self)
{
  return self->is_literal;
}

/**
 * smtp_plan_get_port:
 * @self: a plan
 *
 * Returns: the port
 */
guint16
smtp_plan_get_port (SmtpPlan *self)
{
  return self->port;
}

/**
 * smtp_plan_get_ehlo_name:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): the name for EHLO; %NULL: an address literal of our end
 */
const char *
smtp_plan_get_ehlo_name (SmtpPlan *self)
{
  return self->ehlo_name;
}

/**
 * smtp_plan_get_sender:
 * @self: a plan
 *
 * Returns: (transfer none): the reverse-path without brackets; "" is the null reverse-path
 */
const char *
smtp_plan_get_sender (SmtpPlan *self)
{
  return self->sender;
}

/**
 * smtp_plan_get_n_recipients:
 * @self: a plan
 *
 * Returns: the number of recipients
 */
guint
smtp_plan_get_n_recipients (SmtpPlan *self)
{
  return self->recipients->len;
}

/**
 * smtp_plan_get_recipient:
 * @self: a plan
 * @index: which one, from 0
 *
 * Returns: (transfer none): a forward-path without brackets
 */
const char *
smtp_plan_get_recipient (SmtpPlan *self,
                         guint     index)
{
  g_return_val_if_fail (index < self->recipients->len, NULL);

  return self->recipients->pdata[index];
}

/**
 * smtp_plan_get_stop_after:
 * @self: a plan
 *
 * Where the probe ends at the latest. Unless it was set: behind the message if there is one, behind the
 * recipients if there are some, else behind EHLO, inside TLS if there is to be any.
 *
 * Returns: the last phase
 */
SmtpPhase
smtp_plan_get_stop_after (SmtpPlan *self)
{
  if (self->stop_after != AUTOMATIC)
    return (SmtpPhase) self->stop_after;
  if (self->message != NULL || self->message_file != NULL)
    return SMTP_PHASE_FINAL;

  return self->recipients->len > 0 ? SMTP_PHASE_RCPT : SMTP_PHASE_STARTTLS;
}

/**
 * smtp_plan_get_security:
 * @self: a plan
 *
 * Returns: when the connection is to be encrypted
 */
SmtpSecurity
smtp_plan_get_security (SmtpPlan *self)
{
  return self->security == AUTOMATIC ? smtp_security_for_port (self->port) : (SmtpSecurity) self->security;
}

/**
 * smtp_plan_get_tls:
 * @self: a plan
 *
 * Returns: (transfer none): how TLS is to be done
 */
SmtpTlsOptions *
smtp_plan_get_tls (SmtpPlan *self)
{
  return self->tls;
}

/**
 * smtp_plan_get_sni:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): the server name to send (RFC 6066 section 3: never an address)
 */
const char *
smtp_plan_get_sni (SmtpPlan *self)
{
  const char *sni = smtp_tls_options_get (self->tls, SMTP_TLS_OPTION_SNI);

  if (sni == NULL)
    return self->is_literal ? NULL : self->host;

  return strcmp (sni, "-") != 0 ? sni : NULL;
}

/**
 * smtp_plan_get_verify_name:
 * @self: a plan
 *
 * Returns: (transfer none): the name or address that the server's certificate must be for
 */
const char *
smtp_plan_get_verify_name (SmtpPlan *self)
{
  const char *name = smtp_tls_options_get (self->tls, SMTP_TLS_OPTION_VERIFY_NAME);

  return name != NULL ? name : self->host;
}

/**
 * smtp_plan_get_family:
 * @self: a plan
 *
 * Returns: which addresses may be used
 */
SmtpFamily
smtp_plan_get_family (SmtpPlan *self)
{
  return self->family;
}

/**
 * smtp_plan_get_quit:
 * @self: a plan
 *
 * Returns: whether to say QUIT before closing, where that is possible
 */
gboolean
smtp_plan_get_quit (SmtpPlan *self)
{
  return self->quit;
}

/**
 * smtp_plan_get_check:
 * @self: a plan
 *
 * Returns: what to find out beside the usual
 */
SmtpCheck
smtp_plan_get_check (SmtpPlan *self)
{
  return self->check;
}

/**
 * smtp_plan_get_timeout_us:
 * @self: a plan
 * @phase: which phase
 *
 * Returns: how long a step of it may take, in microseconds
 */
gint64
smtp_plan_get_timeout_us (SmtpPlan  *self,
                          SmtpPhase  phase)
{
  g_return_val_if_fail (phase < SMTP_N_PHASES, 0);

  return (gint64) self->timeouts[phase] * G_USEC_PER_SEC;
}

/**
 * smtp_plan_get_message:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): the message text, if it is in memory
 */
GBytes *
smtp_plan_get_message (SmtpPlan *self)
{
  return self->message;
}

/**
 * smtp_plan_get_message_file:
 * @self: a plan
 *
 * Returns: (transfer none) (nullable): the path of the message file; it goes before a message in memory
 */
const char *
smtp_plan_get_message_file (SmtpPlan *self)
{
  return self->message_file;
}

/**
 * smtp_security_to_id:
 * @security: a way to encrypt
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_security_to_id (SmtpSecurity security)
{
  g_return_val_if_fail (security < G_N_ELEMENTS (securities) - 1, NULL);

  return securities[security];
}

/**
 * smtp_security_for_port:
 * @port: a port
 *
 * Returns: what servers on it expect
 */
SmtpSecurity
smtp_security_for_port (guint16 port)
{
  return port == PORT_SUBMISSIONS ? SMTP_SECURITY_TLS : SMTP_SECURITY_STARTTLS;
}

/**
 * smtp_phase_to_id:
 * @phase: a phase
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_phase_to_id (SmtpPhase phase)
{
  g_return_val_if_fail (phase < SMTP_N_PHASES, NULL);

  return phases[phase].id;
}

/**
 * smtp_timeouts_get_preset:
 * @preset: "quick" or "rfc"
 * @phase: which phase
 *
 * Returns: seconds, or 0 when there is no such preset
 */
guint
smtp_timeouts_get_preset (const char *preset,
                          SmtpPhase   phase)
{
  g_return_val_if_fail (phase < SMTP_N_PHASES, 0);

  if (g_strcmp0 (preset, "quick") == 0)
    return phases[phase].quick;
  if (g_strcmp0 (preset, "rfc") == 0)
    return phases[phase].rfc;

  return 0;
}
