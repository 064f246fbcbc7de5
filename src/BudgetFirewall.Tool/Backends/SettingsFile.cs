using Microsoft.Extensions.Configuration;

namespace BudgetFirewall.Tool;

/// <summary>A configuration file with the section <c>BudgetFirewall</c>.</summary>
internal static class SettingsFile
{
    public const string SectionName = "BudgetFirewall";

    /// <exception cref="ToolException">There is no such file, it is no JSON, or has no such section.</exception>
    public static IConfigurationSection Read(FileInfo file)
    {
        if (!file.Exists)
            throw new ToolException(ExitCode.BadInput, $"There is no file {file.FullName}.");
        IConfigurationRoot root;
        try
        {
            using var stream = file.OpenRead();
            root = new ConfigurationBuilder().AddJsonStream(stream).Build();
        }
        catch (Exception e) when (e is FormatException or InvalidDataException or System.Text.Json.JsonException)
        {
            throw new ToolException(ExitCode.BadInput, $"{file.FullName} cannot be read: {e.InnerException?.Message ?? e.Message}");
        }
        var section = root.GetSection(SectionName);
        return section.Exists() ? section : throw new ToolException(ExitCode.BadInput, $"{file.FullName} has no section {SectionName}.");
    }
}
