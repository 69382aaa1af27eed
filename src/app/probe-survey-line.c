/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-survey-line.h"

#include <glib/gi18n.h>

struct _ProbeSurveyLine
{
  GObject         parent_instance;

  SmtpSurveyKind  kind;
  SmtpSurveyRow  *row;   /* NULL: a heading */
  guint16         port;
  char           *note;  /* of a heading */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ProbeSurveyLine, probe_survey_line, G_TYPE_OBJECT)

static void
emit_changed (ProbeSurveyLine *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
probe_survey_line_finalize (GObject *object)
{
  ProbeSurveyLine *self = PROBE_SURVEY_LINE (object);

  g_clear_object (&self->row);
  g_free (self->note);

  G_OBJECT_CLASS (probe_survey_line_parent_class)->finalize (object);
}

static void
probe_survey_line_class_init (ProbeSurveyLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = probe_survey_line_finalize;

  signals[CHANGED] = g_signal_new ("changed", PROBE_TYPE_SURVEY_LINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
probe_survey_line_init (ProbeSurveyLine *self)
{
  self->note = g_strdup ("");
}

/**
 * probe_survey_line_new_heading:
 * @kind: what stands below it
 *
 * Returns: (transfer full): a heading without note
 */
ProbeSurveyLine *
probe_survey_line_new_heading (SmtpSurveyKind kind)
{
  ProbeSurveyLine *self = g_object_new (PROBE_TYPE_SURVEY_LINE, NULL);

  self->kind = kind;

  return self;
}

/**
 * probe_survey_line_new:
 * @row: a row of a survey
 * @port: the server's port, which has a say in what the row is worth
 *
 * Returns: (transfer full): a line that emits "changed" when what it says is another
 */
ProbeSurveyLine *
probe_survey_line_new (SmtpSurveyRow *row,
                       guint16        port)
{
  ProbeSurveyLine *self = g_object_new (PROBE_TYPE_SURVEY_LINE, NULL);

  self->kind = smtp_survey_row_get_kind (row);
  self->row = g_object_ref (row);
  self->port = port;
  g_signal_connect_object (row, "notify::verdict", G_CALLBACK (emit_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "notify::versions", G_CALLBACK (emit_changed), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * probe_survey_line_get_kind:
 * @self: a line
 *
 * Returns: under which heading it stands, or which heading it is
 */
SmtpSurveyKind
probe_survey_line_get_kind (ProbeSurveyLine *self)
{
  return self->kind;
}

/**
 * probe_survey_line_get_row:
 * @self: a line
 *
 * Returns: (transfer none) (nullable): the row it is about; %NULL: it is a heading
 */
SmtpSurveyRow *
probe_survey_line_get_row (ProbeSurveyLine *self)
{
  return self->row;
}

/**
 * probe_survey_line_set_note:
 * @self: a heading
 * @note: what there is to say of all that stands below it
 */
void
probe_survey_line_set_note (ProbeSurveyLine *self,
                            const char      *note)
{
  if (g_strcmp0 (self->note, note) == 0)
    return;

  g_free (self->note);
  self->note = g_strdup (note);
  emit_changed (self);
}

/**
 * probe_survey_line_rate:
 * @self: a line that is no heading
 * @rating: (out caller-allocates): what its row is worth
 */
void
probe_survey_line_rate (ProbeSurveyLine  *self,
                        SmtpSurveyRating *rating)
{
  smtp_survey_rate (self->row, self->port, rating);
}

/* "TLS 1.3, TLS 1.2" */
static void
append_versions (GString *text,
                 guint    versions)
{
  gboolean is_first = TRUE;

  for (SmtpTlsVersion version = SMTP_TLS_VERSION_1_3; version >= SMTP_TLS_VERSION_1_0; version--)
    {
      if ((versions & 1u << version) == 0)
        continue;
      g_string_append_printf (text, "%s%s", is_first ? "" : ", ", smtp_survey_version_to_name (version));
      is_first = FALSE;
    }
}

/* The server's words, where they say more than yes or no: of a hundred suites it refuses with the same alert. */
static void
append_detail (ProbeSurveyLine *self,
               GString         *text)
{
  gboolean is_answer = self->kind == SMTP_SURVEY_VERSION || self->kind == SMTP_SURVEY_IN_CLEAR;
  const char *detail = smtp_survey_row_get_detail (self->row);

  if (detail == NULL)
    return;

  if (smtp_survey_row_get_verdict (self->row) == SMTP_SURVEY_NOT_TESTABLE)
    {
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", detail);
    }
  else if (is_answer)
    {
      if (text->len > 0)
        g_string_append_c (text, ' ');
      /* Translators: followed by an alert or a reply of the server */
      g_string_append_printf (text, _("Answer: %s"), detail);
    }
}

/**
 * probe_survey_line_get_reason:
 * @self: a line
 *
 * Returns: (transfer full): why its row is worth that, and where that is written; the note of a heading
 */
char *
probe_survey_line_get_reason (ProbeSurveyLine *self)
{
  GString *text;
  SmtpSurveyRating rating;
  guint versions;

  if (self->row == NULL)
    return g_strdup (self->note);

  text = g_string_new (NULL);
  versions = smtp_survey_row_get_versions (self->row);
  if (self->kind != SMTP_SURVEY_VERSION && self->kind != SMTP_SURVEY_IN_CLEAR && versions != 0)
    {
      append_versions (text, versions);
      g_string_append (text, " · ");
    }
  probe_survey_line_rate (self, &rating);
  g_string_append (text, rating.sentence);
  if (rating.source != NULL)
    g_string_append_printf (text, " (%s)", rating.source);
  append_detail (self, text);

  return g_string_free (text, FALSE);
}

/**
 * probe_survey_line_to_sentence:
 * @self: a line
 *
 * Returns: (transfer full): the line for those who do not see it, and for the clipboard
 */
char *
probe_survey_line_to_sentence (ProbeSurveyLine *self)
{
  g_autofree char *reason = probe_survey_line_get_reason (self);
  GString *text = g_string_new (NULL);
  SmtpSurveyRating rating;

  if (self->row == NULL)
    {
      g_string_append (text, smtp_survey_kind_to_words (self->kind));
      if (*reason != '\0')
        g_string_append_printf (text, ": %s", reason);
      return g_string_free (text, FALSE);
    }

  probe_survey_line_rate (self, &rating);
  g_string_append_printf (text, "%s: %s", smtp_survey_row_get_name (self->row),
                          smtp_survey_verdict_to_words (smtp_survey_row_get_verdict (self->row)));
  if (rating.grade != SMTP_GRADE_NONE)
    g_string_append_printf (text, ", %s", smtp_grade_to_words (rating.grade));
  if (*reason != '\0')
    g_string_append_printf (text, ". %s", reason);

  return g_string_free (text, FALSE);
}
