using FluentAssertions.Execution;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>A body that is refused is told what is wrong with it, in its own words.</summary>
public sealed class FaultMessageTests
{
    private static readonly (string Body, string Field, string Message)[] Faults =
    [
        ("{", "body", "The body is not JSON: line 1, byte 2."),
        ("{\n  \"provider\": p}", "body", "The body is not JSON: line 2, byte 15."),
        ("[]", "body", "body has a value of the wrong type."),
        ("""{"provider":5}""", "provider", "provider has a value of the wrong type."),
        ("""{"provider":{"x":1}}""", "provider", "provider has a value of the wrong type."),
        ("""{"provider":["p"],"unknown":1}""", "provider", "provider has a value of the wrong type."),
        ("""{"permits":1.5,"permits":2}""", "permits", "permits has a value of the wrong type."),
        ("""{"provider":"p","unknown":1}""", "unknown", "unknown is not a known field."),
        ("""{"provider":"p","unknown":{"provider":5},"permits":"x"}""", "unknown", "unknown is not a known field."),
        ("{\r\n\"provider\":\"p\",\r\n\"unknown\":1,\r\n\"cost\":true}", "unknown", "unknown is not a known field."),
        ("{\n\n\"cost\":true,\n\"unknown\":1}", "cost", "cost must be a decimal, as a string or a number."),
        ("""{"provider":"p","Provider":"q"}""", "Provider", "Provider is not a known field."),
        ("""{"usage":{"inputTokens":1,"tokens":{}}}""", "usage.tokens", "usage.tokens is not a known field."),
        ("""{"usage":{"inputTokens":"1","outputTokens":{"inputTokens":1}}}""", "usage.outputTokens", "usage.outputTokens has a value of the wrong type."),
        ("""{"provider":"p","provider":"q"}""", "provider", "provider is given twice."),
        ("""{"usage":{"inputTokens":1,"inputTokens":1},"unknown":1}""", "usage.inputTokens", "usage.inputTokens is given twice."),
        ("""{"dimensions":{"tenant":"a","tenant":"b"}}""", "dimensions.tenant", "dimensions.tenant is given twice."),
        ("""{"usage":{"units":{"record":1,"\u0072ecord":2}}}""", "usage.units.record", "usage.units.record is given twice."),
        ("""{"dimensions":{"tenant":1}}""", "dimensions.tenant", "dimensions.tenant has a value of the wrong type."),
        ("""{"cost":true}""", "cost", "cost must be a decimal, as a string or a number."),
        ("""{"cost":"x","unknown":1}""", "cost", "cost must be a decimal of at most 28 digits, such as \"0.25\"."),
        ("""{"usage":{"units":{"record":"x"}}}""", "usage.units.record", "usage.units.record must be a decimal of at most 28 digits, such as \"0.25\"."),
        ("""{"provider":"p","pro\ud800":1}""", "body", "body has a value of the wrong type."),
    ];

    [Fact]
    public async Task A_bad_body_is_refused_with_what_is_wrong_with_it_first()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        using var all = new AssertionScope();
        foreach (var (body, field, message) in Faults)
        {
            var problem = await Problem.OfAsync(await service.PostAsync("/check", body), 400);
            problem["errors"]![field]?[0]?.GetValue<string>().Should().Be(message, "of {0}: {1}", body, problem.ToJsonString());
        }
    }

    [Fact]
    public async Task A_bad_entry_of_a_list_is_named_by_its_place()
    {
        await using var service = await ServiceApp.StartWithSomethingAsync();
        (string Body, string Field, string Message)[] faults =
        [
            ("""{"requests":[{"provider":"p"},{"provider":"p","leaseSeconds":5}]}""", "requests[1].leaseSeconds", "requests[1].leaseSeconds is not a known field."),
            ("""{"requests":[{"provider":"p"},{"provider":"p","usage":{"inputTokens":1,"inputTokens":2}}]}""", "requests[1].usage.inputTokens", "requests[1].usage.inputTokens is given twice."),
            ("""{"requests":[{"provider":"p"},5]}""", "requests[1]", "requests[1] has a value of the wrong type."),
        ];
        using var all = new AssertionScope();
        foreach (var (body, field, message) in faults)
        {
            var problem = await Problem.OfAsync(await service.PostAsync("/check/batch", body), 400);
            problem["errors"]![field]?[0]?.GetValue<string>().Should().Be(message, "of {0}: {1}", body, problem.ToJsonString());
        }
    }
}
