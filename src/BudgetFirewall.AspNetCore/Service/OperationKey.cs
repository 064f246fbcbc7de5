using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The header <c>Idempotency-Key</c>, whose value becomes the operation id.</summary>
internal static class OperationKey
{
    public const string Header = "Idempotency-Key";

    /// <summary>The id; null without the header.</summary>
    /// <param name="header">The header as sent; a structured field's string may stand in quotes.</param>
    /// <param name="given">The id that the body has.</param>
    /// <param name="field">The field of the body that has it.</param>
    /// <exception cref="FieldException">The header is empty, or another than the body's.</exception>
    public static string? Of(string? header, string? given, string field = "operationId")
    {
        if (header is null)
            return given;
        var key = header.Trim();
        key = key.Length > 1 && key[0] == '"' && key[^1] == '"' ? key[1..^1] : key;
        // A proxy makes this of two headers: "one", "two".
        if (header.Trim() != key && key.Contains('"', StringComparison.Ordinal))
            throw new FieldException(Header, $"{Header} must be one key.");
        if (key.Length == 0)
            throw new FieldException(Header, $"{Header} must not be empty.");
        return given is null || given == key ? key : throw new FieldException(field, $"{field} is not the {Header} of the request.");
    }

    /// <summary>Refuses calls with more than one such header, since it cannot be told which of the keys is meant.</summary>
    /// <exception cref="FieldException">There are several.</exception>
    public static ValueTask<object?> RefuseSeveralAsync(EndpointFilterInvocationContext call, EndpointFilterDelegate next) =>
        call.HttpContext.Request.Headers[Header].Count > 1
            ? throw new FieldException(Header, $"{Header} is given {call.HttpContext.Request.Headers[Header].Count} times.")
            : next(call);

    /// <summary>The id of one request of several.</summary>
    public static string? Of(string? header, string? given, int index) =>
        given ?? (Of(header, given: null) is { } key ? $"{key}#{index}" : null);
}
