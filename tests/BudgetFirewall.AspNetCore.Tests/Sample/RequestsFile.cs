using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace BudgetFirewall.AspNetCore.Tests;

/// <summary>Sends the requests of a .http file one after the other, with its variables and the answers it refers to.</summary>
internal sealed partial class RequestsFile(string text, Uri host)
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonNode> _answers = new(StringComparer.Ordinal);

    /// <summary>The titles of the requests and the statuses of their answers.</summary>
    public async Task<List<(string Title, int Status)>> SendAllAsync(HttpClient client)
    {
        var sections = text.ReplaceLineEndings("\n").Split("\n### ");
        foreach (Match variable in Variable().Matches(sections[0]))
            _variables[variable.Groups[1].Value] = variable.Groups[2].Value;
        _variables["host"] = host.ToString().TrimEnd('/');
        var statuses = new List<(string, int)>();
        foreach (var section in sections[1..])
            statuses.Add((section.Split('\n')[0], await SendAsync(client, section)));
        return statuses;
    }

    private async Task<int> SendAsync(HttpClient client, string section)
    {
        var name = Name().Match(section).Groups[1].Value;
        var lines = section.Split('\n').Skip(1).SkipWhile(line => line.StartsWith('#')).ToList();
        var head = lines.TakeWhile(line => line.Length > 0).ToList();
        var body = Fill(string.Join('\n', lines.Skip(head.Count + 1)).Trim());
        var (method, url) = head[0].Split(' ', 2) is [var first, var second] ? (first, second) : throw new FormatException(head[0]);
        using var request = new HttpRequestMessage(new(method), Fill(url));
        if (body.Length > 0)
            request.Content = new StringContent(body);
        foreach (var header in head.Skip(1).Select(line => line.Split(": ", 2)))
            SetHeader(request, header[0], header[1]);
        var response = await client.SendAsync(request);
        var answer = await response.Content.ReadAsStringAsync();
        if (name.Length > 0)
            _answers[name] = JsonNode.Parse(answer)!;
        return (int)response.StatusCode;
    }

    private static void SetHeader(HttpRequestMessage request, string name, string value)
    {
        if (name == "Content-Type")
            request.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(value);
        else
            request.Headers.Add(name, value);
    }

    private string Fill(string line) => Reference().Replace(line, reference => reference.Groups[1].Value.Split(".response.body.") switch
    {
        [var answer, var member] => (string)_answers[answer][member]!,
        [var variable] => Fill(_variables.TryGetValue(variable, out var value) ? value : throw new KeyNotFoundException(variable)),
        _ => throw new FormatException(reference.Value),
    });

    [GeneratedRegex("^@(\\w+) = (.*)$", RegexOptions.Multiline)]
    private static partial Regex Variable();

    [GeneratedRegex("^# @name (\\w+)$", RegexOptions.Multiline)]
    private static partial Regex Name();

    [GeneratedRegex("{{([^}]+)}}")]
    private static partial Regex Reference();
}
