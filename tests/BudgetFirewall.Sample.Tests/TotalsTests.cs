using System.Globalization;
using System.Text.Json.Nodes;

namespace BudgetFirewall.Sample.Tests;

public sealed class TotalsTests
{
    private static readonly Addition Added = Addition.OfSample();

    [Fact]
    public async Task What_the_sample_charges_is_what_the_admitted_calls_add_up_to()
    {
        var report = (await RecordingView.OfSampleAsync()).Report;

        var admitted = report.Admitted.Select(outcome => Added.Lines[outcome.Call.Line]).ToArray();

        report.Denied.Should().NotBeEmpty();
        (admitted.Length + report.Denied.Count()).Should().Be(Added.Lines.Count);
        report.Spent.Should().Be(admitted.Sum(line => line.Cost));
        report.Admitted.Should().AllSatisfy(outcome => outcome.Cost.Should().Be(Added.Lines[outcome.Call.Line].Cost));
    }

    [Fact]
    public async Task What_each_budget_has_spent_is_what_its_admitted_calls_add_up_to()
    {
        var report = (await RecordingView.OfSampleAsync()).Report;
        var admitted = report.Admitted.Select(outcome => Added.Lines[outcome.Call.Line]).ToArray();

        report.Budgets.Should().NotBeEmpty();
        report.Budgets.Should().AllSatisfy(state => state.Spent.Should().Be(admitted.Where(line => Belongs(line, state.Scope)).Sum(line => Amount(line, state.Unit))));
        report.Budgets.Should().AllSatisfy(state => state.Held.Should().Be(0));
    }

    [Fact]
    public async Task The_costs_by_provider_user_model_and_hour_are_shares_of_the_total()
    {
        var report = (await RecordingView.OfSampleAsync()).Report;

        report.CostBy(call => call.Provider).Sum(row => row.Cost).Should().Be(report.Spent);
        report.CostBy(call => call.User).Sum(row => row.Cost).Should().Be(report.Spent);
        report.CostBy(call => call.Model).Sum(row => row.Cost).Should().Be(report.Spent);
        report.CostPerHour().Sum(hour => hour.Cost).Should().Be(report.Spent);
    }

    [Fact]
    public async Task The_printed_total_is_the_sum_to_the_last_nano()
    {
        var report = (await RecordingView.OfSampleAsync()).Report;
        var run = await SampleRun.InPlainTextAsync();

        run.ExitCode.Should().Be(0);
        Total(run).Should().Be(report.Admitted.Sum(outcome => Added.Lines[outcome.Call.Line].Cost));
        int.Parse(run.ValueOf("Calls admitted"), NumberStyles.AllowThousands, CultureInfo.InvariantCulture).Should().Be(report.Admitted.Count());
    }

    [Fact]
    public async Task Without_limits_every_call_is_admitted_and_the_whole_log_is_charged()
    {
        var settings = JsonNode.Parse(File.ReadAllText(SampleRun.SettingsFile))!;
        settings["BudgetFirewall"]!["Budgets"] = new JsonArray();
        settings["BudgetFirewall"]!["RateLimits"] = new JsonArray();
        using var file = new TemporaryFile(settings.ToJsonString());

        var run = await SampleRun.InPlainTextAsync("--settings", file.Path);

        run.ValueOf("Calls denied").Should().Be("0");
        Total(run).Should().Be(Added.Lines.Values.Sum(line => line.Cost));
    }

    private static decimal Total(SampleRun run) => decimal.Parse(run.ValueOf("Total charged").Split(' ')[0], NumberStyles.Number, CultureInfo.InvariantCulture);

    private static bool Belongs(Addition.Line line, BudgetScope scope) => scope.Kind == "global" || line.Fields[scope.Kind] == scope.Id;

    private static decimal Amount(Addition.Line line, string? unit) => unit switch
    {
        null => line.Cost,
        "request" => 1,
        _ => line.Fields[unit].Length == 0 ? 0 : decimal.Parse(line.Fields[unit], CultureInfo.InvariantCulture),
    };
}
