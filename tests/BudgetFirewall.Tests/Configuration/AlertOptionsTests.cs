namespace BudgetFirewall.Tests.Configuration;

public sealed class AlertOptionsTests
{
    [Fact]
    public void Every_option_is_read_and_has_its_default()
    {
        var (usual, read) = (new BudgetFirewallOptions().Alerts, Configured.Options("""
            {
              "Alerts": {
                "WatchBudgets": false, "Above": 0.75, "LookEvery": "00:05:00", "MaxScopes": 50, "MaxOpen": 20, "KeepFor": "7.00:00:00",
                "Rules": [
                  {
                    "Name": "users", "Types": ["budgetfirewall.budget.threshold_crossed.v1", "own"], "Scopes": ["each:user", "project=search"], "MinSeverity": "warning", "Severity": "Error", "Above": 0.8,
                    "GroupBy": ["Subject", "scope_kind"], "QuietFor": "02:00:00", "ResolveAfter": "00:10:00"
                  },
                  { "Name": "all" }
                ]
              },
              "Currency": "EUR"
            }
            """).Alerts);

        (usual.WatchBudgets, usual.Above, usual.LookEvery, usual.MaxScopes, usual.MaxOpen, usual.KeepFor, usual.Rules.Count)
            .Should().Be((true, 0.9m, TimeSpan.FromMinutes(1), 1_000, 1_000, TimeSpan.FromDays(30), 0));
        (read.WatchBudgets, read.Above, read.LookEvery, read.MaxScopes, read.MaxOpen, read.KeepFor).Should().Be((false, 0.75m, TimeSpan.FromMinutes(5), 50, 20, TimeSpan.FromDays(7)));
        read.Rules.Should().Equal(
            new AlertRule
            {
                Name = "users", Types = [BudgetEventTypes.ThresholdCrossed, "own"], Scopes = ["each:user", "project=search"], MinSeverity = BudgetEventSeverity.Warning, Severity = BudgetEventSeverity.Error, Above = 0.8m,
                GroupBy = [AlertGrouping.Subject, AlertGrouping.ScopeKind], QuietFor = TimeSpan.FromHours(2), ResolveAfter = TimeSpan.FromMinutes(10),
            },
            new AlertRule { Name = "all" });
    }

    [Theory]
    [InlineData("Above", "0", "must be above 0 and at most 10")]
    [InlineData("LookEvery", "00:00:00.5", "must be from 1 second to 1 day")]
    [InlineData("MaxScopes", "0", "must be from 1 to 100,000")]
    [InlineData("MaxOpen", "100001", "must be from 1 to 100,000")]
    [InlineData("KeepFor", "00:59:59", "must be from 1 hour to 366 days")]
    [InlineData("WatchBudgets", "yes", "must be true or false")]
    public void A_value_out_of_its_range_is_an_error_that_names_it(string option, string value, string error) =>
        Configured.Errors(Configured.Values(($"Alerts:{option}", value))).Should().Equal($"BudgetFirewall:Alerts:{option} {error} but is '{value}'");

    [Fact]
    public void Alerts_are_kept_for_as_long_as_their_rules_are_quiet() => Configured.Errors(Configured.Values(
        ("Alerts:KeepFor", "02:00:00"),
        ("Alerts:Rules:0:Name", "short"),
        ("Alerts:Rules:0:QuietFor", "02:00:00"),
        ("Alerts:Rules:1:Name", "long"),
        ("Alerts:Rules:1:QuietFor", "1.00:00:00"))).Should().Equal("Alerts:KeepFor must not be below Alerts:Rules:1:QuietFor, which is '1.00:00:00', but is '02:00:00'");

    [Fact]
    public void All_errors_of_rules_are_in_one_message_with_their_paths_and_values() => Configured.Errors(Configured.Values(
        ("Alerts:Abov", "1"),
        ("Alerts:Rules:0:Types:0", "x"),
        ("Alerts:Rules:1:Name", "one"),
        ("Alerts:Rules:1:MinSeverity", "fatal"),
        ("Alerts:Rules:1:GroupBy:0", "user"),
        ("Alerts:Rules:1:QuietFor", "60"),
        ("Alerts:Rules:2:Name", "two"),
        ("Alerts:Rules:2:Scopes:0", "alice"),
        ("Alerts:Rules:2:Types:0", "budgetfirewall.alert.opened.v1"),
        ("Alerts:Rules:2:Quiet", "01:00:00"),
        ("Alerts:Rules:2:QuietFor", "31.00:00:00"),
        ("Alerts:Rules:2:ResolveAfter", "00:00:01"),
        ("Alerts:Rules:2:Above", "-1"))).Select(error => error["BudgetFirewall:Alerts:".Length..]).Should().BeEquivalentTo(
        "Rules:0:Name is missing",
        "Rules:1:MinSeverity must be one of Information, Warning, Error but is 'fatal'",
        "Rules:1:GroupBy:0 must be one of Type, Subject, Scope, ScopeKind, Partition but is 'user'",
        "Rules:1:QuietFor must be a time span [days.]hours:minutes:seconds such as 00:05:00 or 1.00:00:00 but is '60'",
        "Rules:2:Types must not have 'budgetfirewall.alert.opened.v1': an alert is no cause of another one",
        "Rules:2:Scopes: 'alice' is no scope: 'user=alice', 'each:user' or 'global'",
        "Rules:2:Above must be above 0 but is '-1'",
        "Rules:2:QuietFor must be from 0 to 30 days but is '31.00:00:00'",
        "Rules:2:ResolveAfter must be from 1 minute to 366 days but is '00:00:01'",
        "Rules:2:Quiet is not a known key; known here are Name, Types, Scopes, MinSeverity, Severity, Above, GroupBy, QuietFor, ResolveAfter",
        "Abov is not a known key, did you mean Above; known here are WatchBudgets, Above, LookEvery, MaxScopes, MaxOpen, KeepFor, Rules");

    [Fact]
    public void Two_rules_of_one_name_are_an_error() =>
        Configured.Errors(Configured.Values(("Alerts:Rules:0:Name", "one"), ("Alerts:Rules:1:Name", "one"))).Should().Equal("Alerts:Rules:1:Name must be a name that no other rule has but is 'one'");
}
