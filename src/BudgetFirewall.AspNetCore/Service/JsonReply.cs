using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>An answer as JSON.</summary>
internal sealed class JsonReply<T>(T value, JsonTypeInfo<T> typeInfo, int statusCode = StatusCodes.Status200OK) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = statusCode;
        return httpContext.Response.WriteAsJsonAsync(value, typeInfo, cancellationToken: httpContext.RequestAborted);
    }
}
