using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall;

/// <summary>One operation's script, and the digest that a server knows it by.</summary>
internal sealed class StoreScript
{
    [SuppressMessage("Security", "CA5350", Justification = "Redis names scripts by their SHA-1.")]
    public StoreScript(string name, string text)
    {
        Name = name;
        Text = text;
        Sha1 = SHA1.HashData(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>The operation's name, as its file's.</summary>
    public string Name { get; }

    /// <summary>The whole text, shared pieces included.</summary>
    public string Text { get; }

    /// <summary>The digest.</summary>
    public byte[] Sha1 { get; }
}
