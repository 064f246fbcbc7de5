// Looks into the packages that dotnet pack has made: dotnet run --file .ci/check-packages.cs FOLDER
#:property PublishAot=false

using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

var packages = Directory.GetFiles(args[0], "*.nupkg");
var complaints = packages.SelectMany(ComplaintsAbout).ToList();
if (packages.Length == 0)
    complaints.Add($"There is no package in {args[0]}.");
foreach (var complaint in complaints)
    Console.WriteLine(complaint);
return complaints.Count;

static IEnumerable<string> ComplaintsAbout(string path)
{
    var name = Path.GetFileName(path);
    using var package = ZipFile.OpenRead(path);
    var files = package.Entries.Select(entry => entry.FullName).ToHashSet(StringComparer.Ordinal);
    using var nuspec = package.Entries.Single(entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
    var metadata = XDocument.Load(nuspec).Root!.Elements().Single(element => element.Name.LocalName == "metadata");

    foreach (var field in new[] { "id", "version", "authors", "description", "license", "readme", "projectUrl", "tags", "repository" })
    {
        if (!metadata.Elements().Any(element => element.Name.LocalName == field))
            yield return $"{name} has no {field}.";
    }
    var repository = metadata.Elements().FirstOrDefault(element => element.Name.LocalName == "repository");
    foreach (var field in new[] { "type", "url", "commit" })
    {
        if (string.IsNullOrEmpty(repository?.Attribute(field)?.Value))
            yield return $"{name} does not name its repository's {field}.";
    }
    if (!files.Contains("README.md"))
        yield return $"{name} has no README.md.";
    // A tool is no library that anybody compiles against.
    var isTool = metadata.Descendants().Any(element => element.Name.LocalName == "packageType" && element.Attribute("name")?.Value == "DotnetTool");
    if (!isTool && !files.Any(file => file.StartsWith("lib/net10.0/", StringComparison.Ordinal) && file.EndsWith(".xml", StringComparison.Ordinal)))
        yield return $"{name} has no documentation.";
    if (!File.Exists(Path.ChangeExtension(path, ".snupkg")))
        yield return $"{name} has no symbols.";

    // An application can only compile against a library that was built against a version of the client no higher than its own.
    foreach (var client in metadata.Descendants().Where(element => element.Attribute("id")?.Value == "StackExchange.Redis"))
    {
        var declared = Version.Parse(client.Attribute("version")!.Value);
        if (ReferenceOf(package, "StackExchange.Redis")?.Major != declared.Major)
            yield return $"{name} declares StackExchange.Redis {declared} and was built against {ReferenceOf(package, "StackExchange.Redis")?.ToString() ?? "none"}.";
    }
}

static Version? ReferenceOf(ZipArchive package, string assembly)
{
    using var file = package.Entries.Single(entry => entry.FullName.StartsWith("lib/", StringComparison.Ordinal) && entry.FullName.EndsWith(".dll", StringComparison.Ordinal)).Open();
    using var bytes = new MemoryStream();
    file.CopyTo(bytes);
    bytes.Position = 0;
    using var image = new PEReader(bytes);
    var metadata = image.GetMetadataReader();
    return metadata.AssemblyReferences.Select(metadata.GetAssemblyReference).Where(reference => metadata.GetString(reference.Name) == assembly).Select(reference => reference.Version).FirstOrDefault();
}
