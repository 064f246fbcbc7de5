namespace BudgetFirewall.Sample.Web;

/// <summary>
/// Origins whose pages may call the sample from a browser: <c>Cors__Origins__0=https://app.example.com</c>, or <c>CORS_ORIGINS</c> with commas between.
/// Without any, browsers let no page of another origin read its answers.
/// </summary>
internal static class Origins
{
    private static readonly string[] ReadableHeaders = ["Retry-After", "RateLimit", "RateLimit-Policy", "X-Budget-Remaining", "X-Budget-Warning"];

    public static void AddTo(WebApplicationBuilder builder)
    {
        string[] origins = [.. Given(builder.Configuration).Select(Checked)];
        builder.Services.AddCors(cors => cors.AddDefaultPolicy(policy => policy.WithOrigins(origins).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(ReadableHeaders)));
    }

    private static IEnumerable<string> Given(ConfigurationManager configuration)
    {
        var list = configuration.GetSection("Cors:Origins").GetChildren().Select(child => child.Value ?? "");
        var text = Setting.Of(configuration, "Cors:Origins", "CORS_ORIGINS") ?? "";
        return list.Concat(text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
    }

    // A browser sends an origin without a path, so that one with a path never matches.
    private static string Checked(string origin) =>
        origin == "*" || (Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.GetLeftPart(UriPartial.Authority) == origin)
            ? origin
            : throw new FormatException($"An origin must be as https://app.example.com, without a slash at its end, or *, but is '{origin}'");
}
