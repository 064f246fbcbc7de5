using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using BudgetFirewall.Storage;

namespace BudgetFirewall.Policy.Tests.Members;

/// <summary>Whatever a program can say, an HTTP caller can say too, and a store keeps it.</summary>
public sealed class JsonMembersTests
{
    private static readonly Assembly Service = Assembly.Load("BudgetFirewall.AspNetCore");

    // The JSON name of each member that has another one than its own.
    private static readonly Dictionary<string, string> OtherNames = new(StringComparer.Ordinal)
    {
        ["BudgetRequest.Lease"] = "leaseSeconds",
        ["BudgetRequest.MaxWait"] = "maxWaitSeconds",
        ["BudgetRequest.ApprovalWait"] = "approvalWaitSeconds",
        ["LedgerEntry.Scopes"] = "dimensions",
        ["LedgerEntry.AmountNanos"] = "amount",
        ["LedgerEntry.HeldNanos"] = "held",
        ["LedgerEntry.OverrunNanos"] = "overrun",
        ["LedgerCounter.Moved"] = "amount",
        ["LedgerReportRow.IsRest"] = "rest",
        ["WhatIfRequest.Lead"] = "leadSeconds",
        ["WhatIfLimit.LongestDelay"] = "longestDelaySeconds",
    };

    private static readonly Dictionary<string, string> Exceptions = new(StringComparer.Ordinal)
    {
        ["BudgetRequest.OperationScope"] = "The service sets it, to keep callers apart.",
        ["Budget.PoolId"] = "Quotas make such budgets; nobody else does.",
        ["LedgerReportRow.Names"] = "Each name is a member of its own, under its kind.",
        ["LedgerReportRequest.Partition"] = "The query names it, as everywhere.",
        ["WhatIfRequest.Partition"] = "The query names it, as everywhere.",
        ["WhatIfRequest.Configure"] = "It is code; a configuration says the same.",
    };

    [Theory]
    [InlineData(typeof(BudgetUsage), "UsageBody")]
    [InlineData(typeof(BudgetRequest), "ReserveBody")]
    [InlineData(typeof(Budget), "BudgetBody")]
    [InlineData(typeof(Budget), "BudgetReply")]
    [InlineData(typeof(LimitFromUsage), "LimitFromUsageBody")]
    [InlineData(typeof(LimitFromUsage), "LimitFromUsageReply")]
    [InlineData(typeof(BudgetThrottle), "ThrottleBody")]
    [InlineData(typeof(BudgetThrottle), "ThrottleReply")]
    [InlineData(typeof(RateLimit), "RateLimitBody")]
    [InlineData(typeof(RateLimit), "RateLimitReply")]
    [InlineData(typeof(AdaptiveRate), "AdaptiveRateBody")]
    [InlineData(typeof(AdaptiveRate), "AdaptiveRateReply")]
    [InlineData(typeof(LedgerEntry), "EntryReply")]
    [InlineData(typeof(LedgerCounter), "EntryCounterReply")]
    [InlineData(typeof(CostLine), "EstimateLineReply")]
    [InlineData(typeof(BudgetUsage), "UsageReply")]
    [InlineData(typeof(LedgerReportRequest), "ReportBody")]
    [InlineData(typeof(LedgerReportRow), "ReportRowReply")]
    [InlineData(typeof(WhatIfRequest), "WhatIfBody")]
    [InlineData(typeof(WhatIfReport), "WhatIfReply")]
    [InlineData(typeof(WhatIfLimit), "WhatIfLimitReply")]
    [InlineData(typeof(WhatIfPastLimit), "WhatIfPastLimitReply")]
    [InlineData(typeof(WhatIfScope), "WhatIfScopeReply")]
    [InlineData(typeof(WhatIfDifference), "WhatIfDifferenceReply")]
    [InlineData(typeof(WhatIfRefusal), "WhatIfRefusalReply")]
    [InlineData(typeof(WhatIfOmission), "WhatIfOmissionReply")]
    [InlineData(typeof(LedgerAnomaly), "AnomalyReply")]
    public void Every_property_has_a_member_in_the_json_of_the_service(Type type, string body) =>
        PublicProperties.Of(type).Where(name => !Exceptions.ContainsKey($"{type.Name}.{name}")).Select(name => JsonName(type, name))
            .Should().BeSubsetOf(JsonNames(body));

    [Fact]
    public void Every_exception_is_a_property_still_and_has_no_member()
    {
        PublicProperties.Of(typeof(BudgetRequest)).Should().Contain(["OperationScope", "Lease"]);
        JsonNames("ReserveBody").Should().NotContain("operationScope");
    }

    [Fact]
    public void The_description_of_a_period_names_every_period_of_the_calendar() => Words("BudgetBody", "Period").Should()
        .Contain(typeof(BudgetPeriod).GetProperties(BindingFlags.Public | BindingFlags.Static).Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)));

    [Theory]
    [InlineData("BudgetBody", "Enforcement", typeof(Enforcement))]
    [InlineData("RateLimitBody", "Algorithm", typeof(RateLimitAlgorithm))]
    [InlineData("ReportBody", "Interval", typeof(LedgerInterval))]
    [InlineData("EntryReply", "Kind", typeof(LedgerEntryKind))]
    [InlineData("AnomalyReply", "Kind", typeof(AnomalyKind))]
    [InlineData("AnomalyReply", "Basis", typeof(AnomalyBasis))]
    public void The_description_of_a_member_names_every_value_of_its_enumeration(string body, string member, Type enumeration) =>
        Words(body, member).Should().Contain(Enum.GetNames(enumeration).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));

    [Theory]
    [InlineData(typeof(BudgetUsage), typeof(StoredUsage), "")]
    [InlineData(typeof(BudgetRequest), typeof(StoredRequest), "Lease MaxWait ApprovalWait")]
    public void Every_property_has_a_member_in_the_json_of_stores(Type type, Type stored, string inTicks) =>
        PublicProperties.Of(type).Select(name => inTicks.Split(' ').Contains(name) ? name + "Ticks" : name).Should().BeSubsetOf(PublicProperties.Of(stored));

    private static string JsonName(Type type, string property) => OtherNames.GetValueOrDefault($"{type.Name}.{property}") ?? JsonNamingPolicy.CamelCase.ConvertName(property);

    private static string[] Words(string body, string member) => Service.GetType("BudgetFirewall." + body)!.GetProperty(member)!
        .GetCustomAttribute<System.ComponentModel.DescriptionAttribute>()!.Description.Split([' ', ',', ';', '.', ':']);

    private static IEnumerable<string> JsonNames(string body)
    {
        var context = (JsonSerializerContext)Service.GetType("BudgetFirewall.ServiceJson")!.GetProperty("Default")!.GetValue(null)!;
        return context.GetTypeInfo(Service.GetType("BudgetFirewall." + body)!)!.Properties.Select(property => property.Name);
    }
}
