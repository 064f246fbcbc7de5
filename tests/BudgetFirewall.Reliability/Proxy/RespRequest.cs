using System.Buffers.Text;
using System.Text;

namespace BudgetFirewall.Reliability;

/// <summary>What a request asks for: the operation whose script it calls, or the command.</summary>
internal static class RespRequest
{
    private static readonly string[] Operations = ["reserve", "commit", "release", "spend", "charge", "check", "extend", "status", "handshake", "find", "selftest"];
    private static readonly Dictionary<string, string> ByText = Operations.ToDictionary(ScriptText.Of, name => name, StringComparer.Ordinal);
    private static readonly Dictionary<string, string> BySha = Operations.ToDictionary(ScriptText.Sha1Of, name => name, StringComparer.OrdinalIgnoreCase);

    public static string NameOf(ReadOnlySpan<byte> frame)
    {
        if (frame.Length == 0 || frame[0] != (byte)'*')
            return "";
        var at = frame.IndexOf("\r\n"u8) + 2;
        var command = Part(frame, ref at).ToUpperInvariant();
        return command is "EVALSHA" or "EVAL" ? OperationOf(command, Part(frame, ref at)) : command;
    }

    /// <summary>The operation whose script is called by its digest or its text; empty when it is none of the store's.</summary>
    public static string OperationOf(string command, string script) =>
        (string.Equals(command, "EVAL", StringComparison.OrdinalIgnoreCase) ? ByText : BySha).GetValueOrDefault(script, "");

    private static string Part(ReadOnlySpan<byte> frame, ref int at)
    {
        var line = frame[at..].IndexOf("\r\n"u8);
        if (line < 1 || !Utf8Parser.TryParse(frame.Slice(at + 1, line - 1), out int length, out _) || length < 0)
            return "";
        var text = Encoding.UTF8.GetString(frame.Slice(at + line + 2, length));
        at += line + 2 + length + 2;
        return text;
    }
}
