using System.Net.Mime;
using System.Text;
using System.Text.Json;
using CloudNative.CloudEvents;
using CloudNative.CloudEvents.SystemTextJson;

namespace BudgetFirewall.Tests.Events;

/// <summary>Events in JSON, read by the SDK of CloudEvents, which nobody here wrote.</summary>
public sealed class EventJsonTests
{
    private static readonly DateTimeOffset Time = new(2026, 3, 4, 9, 30, 15, 250, TimeSpan.Zero);
    private static readonly ContentType Structured = new("application/cloudevents+json");

    [Fact]
    public void An_event_is_one_of_CloudEvents()
    {
        var e = new BudgetEvent(BudgetEventTypes.ThresholdCrossed, Time, "user=alice/day")
        {
            Scope = BudgetScope.User("alice"),
            Partition = "acme",
            Data = new() { BudgetId = "user=alice/day", Threshold = 0.8m, Spent = 8.000000001m, Limit = 10m, PeriodStart = Time.Date },
        };

        var read = Read(e);

        (read.SpecVersion, read.Id, read.Type, read.Time, read.Subject, read.Source!.ToString()).Should()
            .Be((CloudEventsSpecVersion.V1_0, e.Id, "budgetfirewall.budget.threshold_crossed.v1", (DateTimeOffset?)Time, "user=alice/day", "/budgetfirewall"));
        (read["scope"], read["partition"], read["severity"], read.DataContentType).Should().Be(("user=alice", "acme", "warning", "application/json"));
        var data = (JsonElement)read.Data!;
        (data.GetProperty("threshold").GetString(), data.GetProperty("spent").GetString()).Should().Be(("0.8", "8.000000001"));
        data.EnumerateObject().Select(member => member.Name).Should().Equal("budgetId", "periodStart", "threshold", "limit", "spent");
    }

    public static TheoryData<string> HostileIds =>
        ["a\0b", "a\r\nb", "\u001b[2J", "a\u0085b", "\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "😀", "\"}", new string('x', 256), "a=b", "é\u202e"];

    [Theory]
    [MemberData(nameof(HostileIds))]
    public void An_id_of_any_characters_reaches_the_receiver_and_breaks_no_attribute(string id)
    {
        var scope = BudgetScope.User(id);
        var e = new BudgetEvent(BudgetEventTypes.Denied, Time, id) { Scope = scope, Partition = id, Data = new() { Scope = scope.ToString(), Partition = id, BudgetId = id } };

        var read = Read(e);

        ((JsonElement)read.Data!).GetProperty("budgetId").GetString().Should().Be(id);
        BudgetEvent.FromJson(e.ToJson()).Scope.Should().Be(scope);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var e = new BudgetEvent(BudgetEventTypes.BudgetChanged, Time, "b")
        {
            Scope = BudgetScope.User("alice"),
            Partition = "acme",
            Source = "/budgetfirewall/second",
            Data = new() { BudgetId = "b", Scope = "user=alice", Partition = "acme", Amount = 0.000000001m, Count = 3, After = JsonElement.Parse("""{"limit":"1"}"""), By = "bob" },
        };

        var read = BudgetEvent.FromJson(e.ToJson());

        Encoding.UTF8.GetString(read.ToJson()).Should().Be(Encoding.UTF8.GetString(e.ToJson()));
        (read.Id, read.Type, read.Time, read.Subject, read.Source, read.Scope, read.Partition, read.Data.Amount).Should().Be((e.Id, e.Type, e.Time, e.Subject, e.Source, e.Scope, e.Partition, e.Data.Amount));
    }

    [Theory]
    [InlineData("user=alice", "the whole office", "user=alice")]
    [InlineData("user=alice", null, "user=alice")]
    [InlineData(null, "the whole office", null)]
    [InlineData(null, "user=alice", "user=alice")]
    [InlineData("user=alice", "user=bob", "user=bob")]
    public void An_event_of_an_application_is_read_back_whatever_its_body_has_as_a_scope(string? scope, string? inBody, string? read)
    {
        var e = new BudgetEvent("com.example.office", Time, "s") { Scope = scope is null ? null : BudgetScope.Parse(scope), Partition = "acme", Data = new() { Scope = inBody } };

        var found = BudgetEvent.FromJson(e.ToJson());

        (found.Scope?.ToString(), found.Data.Scope, found.Partition).Should().Be((read, inBody, "acme"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":1,"type":"t","time":"2026-03-04T09:30:15Z","subject":"s","source":"/","data":{}}""")]
    [InlineData("""{"id":"1","type":"t","time":"yesterday","subject":"s","source":"/","data":{}}""")]
    [InlineData("""{"id":"1","type":"t","time":"2026-03-04T09:30:15Z","subject":"","source":"/","data":{}}""")]
    [InlineData("""{"id":"1","type":"t","time":"2026-03-04T09:30:15Z","subject":"s","source":"/","data":{"amount":"many"}}""")]
    public void What_is_no_event_is_refused(string json) =>
        FluentActions.Invoking(() => BudgetEvent.FromJson(Encoding.UTF8.GetBytes(json))).Should().ThrowExactly<FormatException>();

    [Fact]
    public void Each_event_has_an_id_of_its_own() =>
        Enumerable.Range(0, 1_000).Select(_ => new BudgetEvent("t", Time, "s").Id).Should().OnlyHaveUniqueItems().And.AllSatisfy(id => id.Should().MatchRegex("^evt_[0-9a-f]{32}$"));

    private static CloudEvent Read(BudgetEvent e)
    {
        var read = new JsonEventFormatter().DecodeStructuredModeMessage(e.ToJson(), Structured, extensionAttributes: null);
        read.IsValid.Should().BeTrue();
        return read;
    }
}
