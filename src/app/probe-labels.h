/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a value looks like: style classes and icon names. Pure; needs no display. Colour never stands
 * alone: whatever has a class also has a word. */

#pragma once

#include "diagnosis/smtp-diagnosis.h"
#include "diagnosis/smtp-survey-grades.h"

G_BEGIN_DECLS

const char *probe_labels_step_class      (SmtpStep             *step);
const char *probe_labels_outcome_class   (SmtpOutcome           outcome);
const char *probe_labels_outcome_icon    (SmtpOutcome           outcome);
const char *probe_labels_recipient_class (SmtpRecipientOutcome  outcome);
const char *probe_labels_grade_class     (SmtpGrade             grade);

G_END_DECLS
