using System.Text.Json.Nodes;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Reads answers.</summary>
internal static class Problem
{
    /// <summary>The problem details of an answer, which must be of that status and well-formed.</summary>
    public static async Task<JsonObject> OfAsync(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        (status == (int)response.StatusCode).Should().BeTrue($"{(int)response.StatusCode}, not {status}: {text}");
        (response.Content.Headers.ContentType?.MediaType).Should().Be("application/problem+json");
        var problem = JsonNode.Parse(text)!.AsObject();
        ((int)problem["status"]!).Should().Be(status);
        ((string)problem["type"]!).Should().StartWith("urn:budgetfirewall:");
        ((string)problem["title"]!).Should().NotBeEmpty();
        ((string)problem["detail"]!).Should().NotBeEmpty();
        return problem;
    }

    public static async Task<JsonObject> JsonAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue($"{(int)response.StatusCode}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }
}
