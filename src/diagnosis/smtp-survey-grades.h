/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the rows of a TLS survey are worth, in words: a grade, why, and where that is written. And the outcome of
 * the survey as a whole.
 *
 * The grades follow the standards: what they forbid (MUST NOT) is insecure, what they advise against or no longer
 * recommend is dated, the rest is good. */

#pragma once

#include "diagnosis/smtp-diagnosis.h"
#include "dialogue/smtp-survey-plan.h"

G_BEGIN_DECLS

typedef enum
{
  SMTP_GRADE_NONE,      /* not accepted, so there is nothing to grade */
  SMTP_GRADE_GOOD,
  SMTP_GRADE_DATED,
  SMTP_GRADE_INSECURE,
} SmtpGrade;

#define SMTP_N_GRADES (SMTP_GRADE_INSECURE + 1)

/**
 * SmtpSurveyRating:
 * @grade: what it is worth
 * @sentence: why, or why it is not known; translated
 * @source: (nullable): where that is written
 */
typedef struct
{
  SmtpGrade   grade;
  const char *sentence;
  const char *source;
} SmtpSurveyRating;

/**
 * SmtpSurveySummary:
 *
 * A survey as a whole: the outcome of a run, and how many accepted rows have each grade.
 */
typedef struct
{
  SmtpOutcome  outcome;
  const char  *reason;
  char        *headline;
  char        *verdict;
  char        *next;
  int          exit_status;
  guint        n_grades[SMTP_N_GRADES];
} SmtpSurveySummary;

void        smtp_survey_rate              (SmtpSurveyRow            *row,
                                           guint16                   port,
                                           SmtpSurveyRating         *rating);
void        smtp_survey_summarize         (SmtpSurveyPlan           *survey,
                                           SmtpPlan                 *plan,
                                           SmtpSurveySummary        *summary);
void        smtp_survey_summary_clear     (SmtpSurveySummary        *summary);

char       *smtp_survey_describe_question (const SmtpSurveyQuestion *question);
char       *smtp_survey_describe_estimate (guint                     n_connections,
                                           guint                     seconds);
char       *smtp_survey_describe_order    (SmtpSurveyPlan           *survey,
                                           SmtpTlsVersion            version);

const char *smtp_grade_to_id              (SmtpGrade                 grade);
const char *smtp_grade_to_words           (SmtpGrade                 grade);
const char *smtp_survey_kind_to_words     (SmtpSurveyKind            kind);
const char *smtp_survey_verdict_to_words  (SmtpSurveyVerdict         verdict);
const char *smtp_survey_order_to_id       (SmtpSurveyOrder           order);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmtpSurveySummary, smtp_survey_summary_clear)

G_END_DECLS
