using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>What the application's OpenAPI document says of the service.</summary>
public sealed class OpenApiTests
{
    private static readonly string[] Operations =
    [
        "DELETE /budget/v1/budgets/{id}",
        "DELETE /budget/v1/event-subscriptions/{id}",
        "DELETE /budget/v1/quotas/{id}",
        "DELETE /budget/v1/rate-limits/{id}",
        "GET /budget/v1/alerts",
        "GET /budget/v1/alerts/{id}",
        "GET /budget/v1/approvals",
        "GET /budget/v1/approvals/{id}",
        "GET /budget/v1/budgets",
        "GET /budget/v1/budgets/{id}",
        "GET /budget/v1/cost-tracking/allocations",
        "GET /budget/v1/cost-tracking/allocations/{id}",
        "GET /budget/v1/cost-tracking/anomalies",
        "GET /budget/v1/cost-tracking/erasures",
        "GET /budget/v1/cost-tracking/records",
        "GET /budget/v1/cost-tracking/{id}",
        "GET /budget/v1/event-subscriptions",
        "GET /budget/v1/event-subscriptions/{id}",
        "GET /budget/v1/event-subscriptions/{id}/deliveries",
        "GET /budget/v1/health",
        "GET /budget/v1/quotas",
        "GET /budget/v1/quotas/{id}",
        "GET /budget/v1/quotas/{id}/history",
        "GET /budget/v1/rate-limits",
        "GET /budget/v1/rate-limits/{id}",
        "GET /budget/v1/receipts/checkpoint",
        "GET /budget/v1/receipts/{id}",
        "GET /budget/v1/status/{kind}/{id}",
        "POST /budget/v1/alerts/{id}/acknowledge",
        "POST /budget/v1/alerts/{id}/resolve",
        "POST /budget/v1/approvals/{id}/approve",
        "POST /budget/v1/approvals/{id}/cancel",
        "POST /budget/v1/approvals/{id}/deny",
        "POST /budget/v1/budgets",
        "POST /budget/v1/budgets/check",
        "POST /budget/v1/budgets/check/batch",
        "POST /budget/v1/budgets/{id}/allowances",
        "POST /budget/v1/budgets/{id}/reset",
        "POST /budget/v1/charge",
        "POST /budget/v1/charge/batch",
        "POST /budget/v1/charges/{operationId}/refund",
        "POST /budget/v1/check",
        "POST /budget/v1/check/batch",
        "POST /budget/v1/cost-tracking/allocations",
        "POST /budget/v1/cost-tracking/allocations/{id}/again",
        "POST /budget/v1/cost-tracking/allocations/{id}/take-back",
        "POST /budget/v1/cost-tracking/erasures",
        "POST /budget/v1/cost-tracking/record",
        "POST /budget/v1/cost-tracking/record/batch",
        "POST /budget/v1/cost-tracking/reports",
        "POST /budget/v1/estimate",
        "POST /budget/v1/event-subscriptions",
        "POST /budget/v1/event-subscriptions/{id}/deliveries/{delivery}/redeliver",
        "POST /budget/v1/event-subscriptions/{id}/rotate-secret",
        "POST /budget/v1/event-subscriptions/{id}/test",
        "POST /budget/v1/explain",
        "POST /budget/v1/quotas/allocate",
        "POST /budget/v1/quotas/allocate/batch",
        "POST /budget/v1/quotas/{id}/reallocate",
        "POST /budget/v1/rate-limits",
        "POST /budget/v1/rate-limits/check",
        "POST /budget/v1/receipts/verify",
        "POST /budget/v1/reservations/{id}/commit",
        "POST /budget/v1/reservations/{id}/extend",
        "POST /budget/v1/reservations/{id}/release",
        "POST /budget/v1/reserve",
        "POST /budget/v1/spend",
        "POST /budget/v1/status",
        "POST /budget/v1/what-if",
        "PUT /budget/v1/budgets",
        "PUT /budget/v1/budgets/{id}",
        "PUT /budget/v1/event-subscriptions/{id}",
        "PUT /budget/v1/quotas/{id}",
        "PUT /budget/v1/rate-limits",
        "PUT /budget/v1/rate-limits/{id}",
    ];

    [Fact]
    public async Task The_document_is_valid_and_has_every_operation()
    {
        var (text, document) = await DocumentAsync();
        var operations = document.Paths.SelectMany(path => path.Value.Operations!.Select(operation => $"{operation.Key.Method} {path.Key}"));
        operations.Order(StringComparer.Ordinal).Should().Equal(Operations);
        text.Should().NotContain("BudgetFirewall.");
    }

    [Fact]
    public async Task Every_operation_says_what_it_does_takes_and_answers()
    {
        var (_, document) = await DocumentAsync();
        foreach (var (path, item) in document.Paths)
        {
            foreach (var (method, operation) in item.Operations!)
            {
                var place = $"{method} {path}";
                string.IsNullOrEmpty(operation.Summary).Should().BeFalse(place);
                string.IsNullOrEmpty(operation.OperationId).Should().BeFalse(place);
                operation.Responses.Should().Contain(response => response.Key.StartsWith('2'));
                operation.Responses!.Where(response => response.Key[0] is '4' or '5').Should().AllSatisfy(response => response.Value.Content!.ContainsKey("application/problem+json").Should().BeTrue($"{place} {response.Key}"));
                foreach (var name in path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}')))
                    operation.Parameters.Should().ContainSingle(parameter => parameter.Name == name && parameter.In == ParameterLocation.Path).Which.Required.Should().BeTrue(place);
                (operation.Parameters ?? []).Where(parameter => string.IsNullOrEmpty(parameter.Description)).Should().BeEmpty(place);
            }
        }
    }

    [Fact]
    public async Task Bodies_have_their_fields_and_say_which_are_required()
    {
        var (text, document) = await DocumentAsync();
        var schemas = document.Components!.Schemas!;
        schemas["RequestBody"].Required.Should().Equal("provider");
        schemas["RequestBody"].Properties!.Keys.Order(StringComparer.Ordinal).Should().Equal("approvalWaitSeconds", "cost", "dimensions", "maxWaitSeconds", "model", "operation", "operationId", "permits", "priority", "projectId", "provider", "usage", "userId");
        schemas["BudgetBody"].Required!.Order(StringComparer.Ordinal).Should().Equal("limit", "scope");
        schemas["RateLimitBody"].Required.Should().Equal("scope");
        schemas["ExtendBody"].Required.Should().Equal("leaseSeconds");
        schemas["RequestBody"].Properties!["cost"].Type!.Value.HasFlag(JsonSchemaType.String | JsonSchemaType.Number).Should().BeTrue("An amount may be a string or a number.");
        schemas["UsageBody"].Properties!["inputTokens"].Type!.Value.HasFlag(JsonSchemaType.Integer).Should().BeTrue();
        schemas["BudgetStateReply"].Properties!["remaining"].Type.Should().Be(JsonSchemaType.String);
        schemas["DecisionReply"].Properties!["retryAfterSeconds"].Type!.Value.HasFlag(JsonSchemaType.Number).Should().BeTrue("Times are numbers.");
        schemas["ReportBody"].Required!.Order(StringComparer.Ordinal).Should().Equal("from", "to");
        schemas["EntryReply"].Properties!["amount"].Type.Should().Be(JsonSchemaType.String);
        schemas["ReportReply"].Properties!.Keys.Should().Equal("from", "to", "rows", "total");
        document.Paths["/budget/v1/cost-tracking/records"].Operations![HttpMethod.Get].Parameters!.Select(parameter => parameter.Name).Should()
            .Equal("from", "to", "user", "project", "provider", "model", "operation", "kind", "operationId", "limit", "cursor", "partition");
        document.Paths["/budget/v1/cost-tracking/reports"].Operations![HttpMethod.Post].Responses!["200"].Content!.Keys.Should().BeEquivalentTo("application/json", "text/csv");
        var referenced = References(JsonNode.Parse(text)!).Distinct();
        referenced.Should().AllSatisfy(reference => schemas.ContainsKey(reference).Should().BeTrue(reference));
    }

    private static async Task<(string Text, OpenApiDocument Document)> DocumentAsync()
    {
        await using var app = await TestApp.StartAsync(
            _ => { },
            app =>
            {
                app.MapOpenApi();
                app.MapBudgetFirewall("/budget/v1").AllowAnonymous();
            },
            builder => builder.Services.AddOpenApi());
        var text = await app.Client.GetStringAsync("/openapi/v1.json");
        var read = OpenApiDocument.Parse(text, "json");
        read.Diagnostic!.Errors.Should().BeEmpty();
        read.Diagnostic.Warnings.Should().BeEmpty();
        return (text, read.Document!);
    }

    private static IEnumerable<string> References(JsonNode node) => node switch
    {
        JsonObject item => item.SelectMany(member => member.Key == "$ref" ? [((string)member.Value!).Split('/')[^1]] : member.Value is null ? [] : References(member.Value)),
        JsonArray items => items.SelectMany(item => item is null ? [] : References(item)),
        _ => [],
    };
}
