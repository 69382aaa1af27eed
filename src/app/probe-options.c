/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-options.h"

#include <glib/gi18n.h>
#include <string.h>

static const char *const families[] = { "any", "ipv4", "ipv6" };
static const char *const stop_points[] = { "", "connect", "greeting", "ehlo", "starttls", "mail", "rcpt", "data" };
static const char *const presets[] = { "quick", "rfc", "custom" };

/* The phases whose limit a person may set, with their names. */
static const struct
{
  SmtpPhase   phase;
  const char *label;
} limits[] = {
  { SMTP_PHASE_LOOKUP, N_("Looking up the name") },
  { SMTP_PHASE_CONNECT, N_("Connecting") },
  { SMTP_PHASE_GREETING, N_("Greeting") },
  { SMTP_PHASE_EHLO, N_("EHLO") },
  { SMTP_PHASE_STARTTLS, N_("STARTTLS") },
  { SMTP_PHASE_HANDSHAKE, N_("TLS handshake") },
  { SMTP_PHASE_MAIL, N_("MAIL") },
  { SMTP_PHASE_RCPT, N_("RCPT") },
  { SMTP_PHASE_DATA, N_("DATA") },
  { SMTP_PHASE_CONTENT, N_("Sending the text") },
  { SMTP_PHASE_FINAL, N_("Reply to the message") },
  { SMTP_PHASE_RSET, N_("RSET") },
  { SMTP_PHASE_QUIT, N_("QUIT") },
};

struct _ProbeOptions
{
  GtkWidget           parent_instance;

  ProbeOptionValues  *values;  /* the form's */
  GtkDropDown        *family;
  GtkDropDown        *stop_after;
  GtkCheckButton     *quit;
  GtkDropDown        *timeouts;
  GtkGrid            *custom;
  GtkWidget          *choose_file;
  GtkLabel           *file;
  GtkWidget          *clear_file;
  GtkFileChooserNative *chooser;
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ProbeOptions, probe_options, GTK_TYPE_WIDGET)

static guint
find (const char *const *table,
      guint              n,
      const char        *value)
{
  for (guint i = 0; i < n; i++)
    {
      if (g_strcmp0 (table[i], value) == 0)
        return i;
    }

  return 0;
}

static void
show_file (ProbeOptions *self)
{
  g_autofree char *name = self->values->message_file != NULL ? g_filename_display_basename (self->values->message_file) : NULL;

  gtk_label_set_text (self->file, name != NULL ? name : _("Built-in test message"));
  gtk_widget_set_tooltip_text (self->choose_file, self->values->message_file != NULL ? self->values->message_file : _("Choose a file to send instead"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "options.clear-file", name != NULL);
}

static void
on_limit (GtkSpinButton *button,
          ProbeOptions  *self)
{
  guint phase = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "phase"));

  self->values->custom[phase] = (guint) gtk_spin_button_get_value_as_int (button);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Thirteen spin buttons; most people never see them. */
static void
show_custom (ProbeOptions *self)
{
  gboolean wanted = strcmp (self->values->timeouts, "custom") == 0;

  gboolean made = gtk_grid_get_child_at (self->custom, 0, 0) != NULL;

  for (guint i = 0; wanted && !made && i < G_N_ELEMENTS (limits); i++)
    {
      GtkWidget *label = gtk_label_new (_(limits[i].label));
      GtkWidget *button = gtk_spin_button_new_with_range (1, 3600, 1);

      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_widget_set_hexpand (label, TRUE);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _(limits[i].label), -1);
      gtk_spin_button_set_value (GTK_SPIN_BUTTON (button), self->values->custom[limits[i].phase]);
      g_object_set_data (G_OBJECT (button), "phase", GUINT_TO_POINTER (limits[i].phase));
      g_signal_connect (button, "value-changed", G_CALLBACK (on_limit), self);
      gtk_grid_attach (self->custom, button, 1, (int) i, 1, 1);
      gtk_grid_attach (self->custom, label, 0, (int) i, 1, 1);
    }

  gtk_widget_set_visible (GTK_WIDGET (self->custom), wanted);
}

static void
on_changed (ProbeOptions *self)
{
  self->values->family = families[gtk_drop_down_get_selected (self->family)];
  self->values->stop_after = stop_points[gtk_drop_down_get_selected (self->stop_after)];
  self->values->timeouts = presets[gtk_drop_down_get_selected (self->timeouts)];
  self->values->quit = gtk_check_button_get_active (self->quit);
  show_custom (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
set_file (ProbeOptions *self,
          const char   *path)
{
  g_free (self->values->message_file);
  self->values->message_file = g_strdup (path);
  show_file (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_response (GtkNativeDialog *dialog,
             int              response,
             ProbeOptions    *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (file);

      if (path != NULL)
        set_file (self, path);
    }

  g_clear_object (&self->chooser);
}

static void
choose_file (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  ProbeOptions *self = PROBE_OPTIONS (widget);

  self->chooser = gtk_file_chooser_native_new (_("Message to send"), GTK_WINDOW (gtk_widget_get_root (widget)),
                                               GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_response), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
clear_file (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  set_file (PROBE_OPTIONS (widget), NULL);
}

static void
probe_options_dispose (GObject *object)
{
  ProbeOptions *self = PROBE_OPTIONS (object);

  if (self->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (self->chooser));
  g_clear_object (&self->chooser);
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (object), PROBE_TYPE_OPTIONS);
  /* In GTK 4.8 that leaves those without a name. */
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (probe_options_parent_class)->dispose (object);
}

static void
probe_options_class_init (ProbeOptionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = probe_options_dispose;

  signals[CHANGED] = g_signal_new ("changed", PROBE_TYPE_OPTIONS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/example/SmtpProbe/probe-options.ui");
  gtk_widget_class_bind_template_child (widget_class, ProbeOptions, family);
  gtk_widget_class_bind_template_child (widget_class, ProbeOptions, stop_after);
  gtk_widget_class_bind_template_child (widget_class, ProbeOptions, quit);
  gtk_widget_class_bind_template_child (widget_class, ProbeOptions, timeouts);
  gtk_widget_class_bind_template_child (widget_class, ProbeOptions, custom);
  gtk_widget_class_bind_template_child (widget_class, ProbeOptions, choose_file);
  gtk_widget_class_bind_template_child (widget_class, ProbeOptions, file);
  gtk_widget_class_bind_template_child (widget_class, ProbeOptions, clear_file);
  gtk_widget_class_install_action (widget_class, "options.choose-file", NULL, choose_file);
  gtk_widget_class_install_action (widget_class, "options.clear-file", NULL, clear_file);
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
probe_options_init (ProbeOptions *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  name_inner_button (self->family, _("Addresses"));
  name_inner_button (self->stop_after, _("Stop after"));
  name_inner_button (self->timeouts, _("Time-outs"));
}

/**
 * probe_options_new:
 * @values: what to edit; must outlive the widget
 *
 * Returns: the widget
 */
GtkWidget *
probe_options_new (ProbeOptionValues *values)
{
  ProbeOptions *self = g_object_new (PROBE_TYPE_OPTIONS, NULL);

  self->values = values;
  gtk_drop_down_set_selected (self->family, find (families, G_N_ELEMENTS (families), values->family));
  gtk_drop_down_set_selected (self->stop_after, find (stop_points, G_N_ELEMENTS (stop_points), values->stop_after));
  gtk_drop_down_set_selected (self->timeouts, find (presets, G_N_ELEMENTS (presets), values->timeouts));
  gtk_check_button_set_active (self->quit, values->quit);
  show_file (self);
  show_custom (self);

  g_signal_connect_swapped (self->family, "notify::selected", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->stop_after, "notify::selected", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->timeouts, "notify::selected", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->quit, "toggled", G_CALLBACK (on_changed), self);

  return GTK_WIDGET (self);
}

/**
 * probe_option_values_init:
 * @values: (out): options
 *
 * Sets the defaults.
 */
void
probe_option_values_init (ProbeOptionValues *values)
{
  values->family = "any";
  values->stop_after = "";
  values->timeouts = "quick";
  values->quit = TRUE;
  values->message_file = NULL;
  for (SmtpPhase phase = 0; phase < SMTP_N_PHASES; phase++)
    values->custom[phase] = smtp_timeouts_get_preset ("quick", phase);
}

/**
 * probe_option_values_clear:
 * @values: options
 */
void
probe_option_values_clear (ProbeOptionValues *values)
{
  g_clear_pointer (&values->message_file, g_free);
}

/**
 * probe_option_values_load:
 * @values: options
 * @settings: where they were kept
 */
void
probe_option_values_load (ProbeOptionValues *values,
                          GSettings         *settings)
{
  g_autofree char *family = g_settings_get_string (settings, "family");
  g_autofree char *stop_after = g_settings_get_string (settings, "stop-after");
  g_autofree char *timeouts = g_settings_get_string (settings, "timeouts");
  g_autofree char *message_file = g_settings_get_string (settings, "message-file");
  g_autoptr (GVariant) limits_kept = g_settings_get_value (settings, "timeout-values");

  values->family = families[find (families, G_N_ELEMENTS (families), family)];
  values->stop_after = stop_points[find (stop_points, G_N_ELEMENTS (stop_points), stop_after)];
  values->timeouts = presets[find (presets, G_N_ELEMENTS (presets), timeouts)];
  values->quit = g_settings_get_boolean (settings, "close-with-quit");
  values->message_file = *message_file != '\0' ? g_steal_pointer (&message_file) : NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      guint seconds;

      if (g_variant_lookup (limits_kept, smtp_phase_to_id (limits[i].phase), "u", &seconds))
        values->custom[limits[i].phase] = CLAMP (seconds, 1, 3600);
    }
}

/**
 * probe_option_values_save:
 * @values: options
 * @settings: where to keep them
 */
void
probe_option_values_save (ProbeOptionValues *values,
                          GSettings         *settings)
{
  GVariantBuilder builder;

  g_settings_set_string (settings, "family", values->family);
  g_settings_set_string (settings, "stop-after", values->stop_after);
  g_settings_set_string (settings, "timeouts", values->timeouts);
  g_settings_set_boolean (settings, "close-with-quit", values->quit);
  g_settings_set_string (settings, "message-file", values->message_file != NULL ? values->message_file : "");

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{su}"));
  if (strcmp (values->timeouts, "custom") == 0)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
        g_variant_builder_add (&builder, "{su}", smtp_phase_to_id (limits[i].phase), values->custom[limits[i].phase]);
    }
  g_settings_set_value (settings, "timeout-values", g_variant_builder_end (&builder));
}

/**
 * probe_option_values_fill_plan:
 * @values: options
 * @plan: a plan that is being filled
 * @error: return location for an error
 *
 * Returns: whether the plan took them
 */
gboolean
probe_option_values_fill_plan (ProbeOptionValues  *values,
                               SmtpPlan           *plan,
                               GError            **error)
{
  gboolean custom = strcmp (values->timeouts, "custom") == 0;

  if (!smtp_plan_set (plan, SMTP_PLAN_FAMILY, values->family, error) ||
      !smtp_plan_set (plan, SMTP_PLAN_CLOSE, values->quit ? "quit" : "drop", error) ||
      !smtp_plan_set (plan, SMTP_PLAN_TIMEOUTS, custom ? "quick" : values->timeouts, error))
    return FALSE;

  for (gsize i = 0; custom && i < G_N_ELEMENTS (limits); i++)
    {
      if (!smtp_plan_set_timeout (plan, limits[i].phase, values->custom[limits[i].phase], error))
        return FALSE;
    }

  return TRUE;
}

/**
 * probe_option_values_to_words:
 * @values: options
 *
 * Returns: (transfer full): the choices in a line, for where they are folded away
 */
char *
probe_option_values_to_words (ProbeOptionValues *values)
{
  static const char *const family_words[] = { N_("IPv4 and IPv6"), N_("IPv4 only"), N_("IPv6 only") };
  static const char *const timeout_words[] = { N_("30 s time-outs"), N_("RFC time-outs"), N_("own time-outs") };
  static const char *const stop_words[] = { NULL, N_("The connection"), N_("The greeting"), N_("EHLO"), N_("STARTTLS (encryption)"),
                                            N_("MAIL (the sender)"), N_("RCPT (the recipients)"), N_("DATA, before the message") };
  guint stop = find (stop_points, G_N_ELEMENTS (stop_points), values->stop_after);
  g_autofree char *file = values->message_file != NULL ? g_filename_display_basename (values->message_file) : NULL;
  g_autoptr (GString) text = g_string_new (_(family_words[find (families, G_N_ELEMENTS (families), values->family)]));

  g_string_append_printf (text, " · %s", _(timeout_words[find (presets, G_N_ELEMENTS (presets), values->timeouts)]));
  if (stop > 0)
    g_string_append_printf (text, " · %s: %s", _("Stop after"), _(stop_words[stop]));
  if (!values->quit)
    g_string_append_printf (text, " · %s", _("no QUIT"));
  if (file != NULL)
    g_string_append_printf (text, " · %s", file);

  return g_strdup (text->str);
}
