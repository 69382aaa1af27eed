/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-survey-row.h"

struct _SmtpSurveyRow
{
  GObject            parent_instance;

  SmtpSurveyKind     kind;
  char              *name;
  SmtpSurveyVerdict  verdict;
  SmtpSurveyReason   reason;
  char              *detail;
  guint              versions;
  guint              bits;
};

enum
{
  PROP_VERDICT = 1,
  PROP_VERSIONS,
  N_PROPERTIES
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (SmtpSurveyRow, smtp_survey_row, G_TYPE_OBJECT)

static void
smtp_survey_row_get_property (GObject    *object,
                              guint       id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  SmtpSurveyRow *self = SMTP_SURVEY_ROW (object);

  if (id == PROP_VERDICT)
    g_value_set_int (value, (int) self->verdict);
  else if (id == PROP_VERSIONS)
    g_value_set_uint (value, self->versions);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
smtp_survey_row_finalize (GObject *object)
{
  SmtpSurveyRow *self = SMTP_SURVEY_ROW (object);

  g_free (self->name);
  g_free (self->detail);

  G_OBJECT_CLASS (smtp_survey_row_parent_class)->finalize (object);
}

static void
smtp_survey_row_class_init (SmtpSurveyRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = smtp_survey_row_get_property;
  object_class->finalize = smtp_survey_row_finalize;

  properties[PROP_VERDICT] = g_param_spec_int ("verdict", NULL, NULL, 0, SMTP_SURVEY_NOT_TESTABLE, SMTP_SURVEY_WAITING,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_VERSIONS] = g_param_spec_uint ("versions", NULL, NULL, 0, G_MAXUINT, 0,
                                                 G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
smtp_survey_row_init (SmtpSurveyRow *self)
{
}

/**
 * smtp_survey_row_new:
 * @kind: what it is about
 * @name: of it, as registered
 *
 * Returns: (transfer full): a row that waits for its answer
 */
SmtpSurveyRow *
smtp_survey_row_new (SmtpSurveyKind  kind,
                     const char     *name)
{
  SmtpSurveyRow *self = g_object_new (SMTP_TYPE_SURVEY_ROW, NULL);

  self->kind = kind;
  self->name = g_strdup (name);

  return self;
}

/**
 * smtp_survey_row_get_kind:
 * @self: a row
 *
 * Returns: what it is about
 */
SmtpSurveyKind
smtp_survey_row_get_kind (SmtpSurveyRow *self)
{
  return self->kind;
}

/**
 * smtp_survey_row_get_name:
 * @self: a row
 *
 * Returns: (transfer none): the name of it, as registered; the same in every language
 */
const char *
smtp_survey_row_get_name (SmtpSurveyRow *self)
{
  return self->name;
}

/**
 * smtp_survey_row_get_verdict:
 * @self: a row
 *
 * Returns: what the server does with it
 */
SmtpSurveyVerdict
smtp_survey_row_get_verdict (SmtpSurveyRow *self)
{
  return self->verdict;
}

/**
 * smtp_survey_row_get_reason:
 * @self: a row
 *
 * Returns: why it is not testable, or how it is known that it is refused
 */
SmtpSurveyReason
smtp_survey_row_get_reason (SmtpSurveyRow *self)
{
  return self->reason;
}

/**
 * smtp_survey_row_get_detail:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): what goes with the reason, or the server's reply in clear; not translated
 */
const char *
smtp_survey_row_get_detail (SmtpSurveyRow *self)
{
  return self->detail;
}

/**
 * smtp_survey_row_get_versions:
 * @self: a row
 *
 * Returns: bits 1 << #SmtpTlsVersion: where it was seen to be accepted
 */
guint
smtp_survey_row_get_versions (SmtpSurveyRow *self)
{
  return self->versions;
}

/**
 * smtp_survey_row_get_bits:
 * @self: a row
 *
 * Returns: the size of a finite field group of the server's own; 0 for all else
 */
guint
smtp_survey_row_get_bits (SmtpSurveyRow *self)
{
  return self->bits;
}

void
smtp_survey_row_set_bits (SmtpSurveyRow *self,
                          guint          bits)
{
  self->bits = bits;
}

void
smtp_survey_row_set (SmtpSurveyRow     *self,
                     SmtpSurveyVerdict  verdict,
                     guint              versions,
                     SmtpSurveyReason   reason,
                     const char        *detail)
{
  gboolean new_verdict = self->verdict != verdict;
  gboolean new_versions = self->versions != versions;

  self->verdict = verdict;
  self->versions = versions;
  self->reason = reason;
  if (detail != self->detail)
    {
      g_free (self->detail);
      self->detail = g_strdup (detail);
    }

  if (new_verdict)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VERDICT]);
  if (new_versions)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VERSIONS]);
}

/**
 * smtp_survey_verdict_to_id:
 * @verdict: a verdict
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_survey_verdict_to_id (SmtpSurveyVerdict verdict)
{
  static const char *const ids[] = { "waiting", "accepted", "refused", "not-testable" };

  g_return_val_if_fail (verdict < G_N_ELEMENTS (ids), NULL);

  return ids[verdict];
}

/**
 * smtp_survey_reason_to_id:
 * @reason: a reason
 *
 * Returns: (transfer none) (nullable): its stable name, for scripts; %NULL for none
 */
const char *
smtp_survey_reason_to_id (SmtpSurveyReason reason)
{
  static const char *const ids[SMTP_SURVEY_N_REASONS] = {
    NULL,        "not-in-library", "forbidden-here", "version-refused", "not-used", "unclear", "busy", "refused-before-tls",
    "starttls-not-offered", "connection-failed", "timeout", "connection-cut", "tls-alert", "tls-failed", "not-tls",
    "cancelled",
  };

  g_return_val_if_fail (reason < SMTP_SURVEY_N_REASONS, NULL);

  return ids[reason];
}
