/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a TLS survey knows so far, of each thing in each version, and the rows that follow from it. Private to the
 * survey plan. */

#pragma once

#include "dialogue/smtp-survey-row.h"

G_BEGIN_DECLS

typedef struct
{
  SmtpSurveyVerdict  verdict;
  SmtpSurveyReason   reason;
  char              *detail;
} SmtpSurveyStatus;

/**
 * SmtpSurveyEntry:
 * @row: (transfer none): the list of rows has it
 * @versions: bits 1 << SmtpTlsVersion: where it can be asked for
 * @status: for each version
 */
typedef struct
{
  SmtpSurveyRow    *row;
  guint             versions;
  SmtpSurveyStatus  status[SMTP_SURVEY_N_VERSIONS];
} SmtpSurveyEntry;

/**
 * SmtpSurveyTable:
 * @rows: of #SmtpSurveyRow
 * @versions: indexed by version; without row where there is nothing to ask
 * @suites: (element-type SmtpSurveyEntry): as in the catalogue
 * @groups: (element-type SmtpSurveyEntry): as in the catalogue, and what the server has of its own
 * @signatures: (element-type SmtpSurveyEntry): as in the catalogue
 * @mail: (nullable) (transfer none): MAIL in clear
 * @auth: (nullable) (transfer none): AUTH in clear
 */
typedef struct
{
  GListStore      *rows;
  SmtpSurveyEntry  versions[SMTP_SURVEY_N_VERSIONS];
  GArray          *suites;
  GArray          *groups;
  GArray          *signatures;
  SmtpSurveyRow   *mail;
  SmtpSurveyRow   *auth;
} SmtpSurveyTable;

void             smtp_survey_table_init       (SmtpSurveyTable           *self,
                                               const SmtpSurveyCatalogue *catalogue,
                                               gboolean                   with_clear);
void             smtp_survey_table_clear      (SmtpSurveyTable           *self);
SmtpSurveyEntry *smtp_survey_table_find_group (SmtpSurveyTable           *self,
                                               const char                *name,
                                               guint                      bits);

SmtpSurveyEntry *smtp_survey_entry_at         (GArray                    *entries,
                                               guint                      index);
void             smtp_survey_entry_set        (SmtpSurveyEntry           *self,
                                               SmtpTlsVersion             version,
                                               SmtpSurveyVerdict          verdict,
                                               SmtpSurveyReason           reason,
                                               const char                *detail);
void             smtp_survey_entry_settle     (SmtpSurveyEntry           *self,
                                               SmtpTlsVersion             version,
                                               SmtpSurveyVerdict          verdict,
                                               SmtpSurveyReason           reason,
                                               const char                *detail);
void             smtp_survey_entries_settle   (GArray                    *entries,
                                               SmtpTlsVersion             version,
                                               SmtpSurveyVerdict          verdict,
                                               SmtpSurveyReason           reason,
                                               const char                *detail);
void             smtp_survey_entries_leave_out (GArray                   *entries,
                                                SmtpTlsVersion            version);

G_END_DECLS
