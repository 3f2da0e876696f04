namespace Traversal.Fuzz;

/// <summary>Writes the inputs that fuzzing starts from as files, and the dictionary.</summary>
internal static class SeedWriter
{
    /// <summary>Writes the dictionary and a folder for each target under <c>corpus</c>; what is there stays, unless it has a seed's name.</summary>
    /// <returns>The exit code, 0.</returns>
    public static int Run(string folder)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllLines(Path.Combine(folder, "stun.dict"), StunDictionary.Lines);
        foreach (FuzzTarget target in FuzzTarget.All)
        {
            string corpus = Path.Combine(folder, "corpus", target.Name);
            Directory.CreateDirectory(corpus);
            foreach (Seed seed in target.Seeds()) File.WriteAllBytes(Path.Combine(corpus, seed.Name), seed.Bytes);
        }

        return 0;
    }
}
