using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;

namespace BudgetFirewall;

/// <summary>Writes problem details, by the application's service where there is one that can write them.</summary>
internal static class Problems
{
    public static async Task WriteAsync(HttpContext context, ProblemDetails problem)
    {
        context.Response.StatusCode = problem.Status ?? StatusCodes.Status500InternalServerError;
        var service = context.RequestServices.GetService<IProblemDetailsService>();
        var answer = new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem };
        if (service is not null && await service.TryWriteAsync(answer).ConfigureAwait(false))
            return;
        await context.Response.WriteAsJsonAsync(problem, AnswerJson.Default.ProblemDetails, "application/problem+json", context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Adds the members of a value to a problem, as JSON, which every serializer writes alike.</summary>
    public static void Extend<T>(ProblemDetails problem, T value, JsonTypeInfo<T> typeInfo)
    {
        foreach (var member in JsonSerializer.SerializeToElement(value, typeInfo).EnumerateObject())
            problem.Extensions[member.Name] = member.Value;
    }
}
