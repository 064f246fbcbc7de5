using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace BudgetFirewall.Redis.Servers;

/// <summary>The scripts as they are in the assembly, for tests that call them directly.</summary>
public static class ScriptText
{
    /// <summary>The digest that a server knows a script by, in hexadecimal.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Redis names scripts by their SHA-1.")]
    public static string Sha1Of(string name) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(Of(name))));

    /// <summary>A script, byte for byte as the store sends it.</summary>
    public static string Of(string name) => Of(name, typeof(RedisBudgetStore).Assembly);

    /// <summary>A script that another assembly has had composed.</summary>
    public static string Of(string name, Assembly assembly)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name + ".lua")!, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
