namespace BudgetFirewall.Policy.Tests.Layers;

/// <summary>One use, in a file, of something that a file of another folder declares.</summary>
/// <param name="File">The file that uses it, from the package's folder.</param>
/// <param name="Line">The line of the use, from 1.</param>
/// <param name="Name">The name that is used.</param>
/// <param name="Declaring">The file that declares it, from the package's folder.</param>
internal sealed record FolderArrow(string File, int Line, string Name, string Declaring)
{
    public string From => FolderArrows.FolderOf(File);

    public string To => FolderArrows.FolderOf(Declaring);

    public override string ToString() => $"{File}({Line}): {Name}, of {Declaring}";
}
