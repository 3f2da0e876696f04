namespace Traversal.Client.Identity;

/// <summary>A folder that only its owner may read, whose files are replaced whole: after a crash at any moment there is the old one or the new one.</summary>
internal sealed class PrivateFolder
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const string UnfinishedSuffix = ".unfinished";

    private readonly string _path;

    /// <summary>The folder at <paramref name="path"/>, which is made where it is missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be made.</exception>
    public PrivateFolder(string path)
    {
        _path = path;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path); // In the user's profile only the user may read.
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>The names of the files that end with <paramref name="suffix"/>.</summary>
    public IEnumerable<string> List(string suffix) =>
        Directory.EnumerateFiles(_path, "*" + suffix).Select(path => Path.GetFileName(path)!).Where(name => name.EndsWith(suffix, StringComparison.Ordinal));

    /// <summary>Whether there is a file of that name.</summary>
    public bool Contains(string name) => File.Exists(Path.Combine(_path, name));

    /// <summary>Reads a file; null where there is none, or it is longer than <paramref name="maxLength"/>.</summary>
    public byte[]? TryRead(string name, int maxLength)
    {
        try
        {
            using var file = new FileStream(Path.Combine(_path, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > maxLength) return null;

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException or EndOfStreamException)
        {
            return null;
        }
    }

    /// <summary>Writes a file beside the one that there is, has the disk keep it, and puts it in its place.</summary>
    public void Replace(string name, ReadOnlySpan<byte> bytes)
    {
        string path = Path.Combine(_path, name), unfinished = path + UnfinishedSuffix;

        // What a crash has left may have been made readable since: a file keeps its permissions when it is opened anew.
        File.Delete(unfinished);
        using (var file = new FileStream(unfinished, ForOwner(FileMode.CreateNew, FileAccess.Write)))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>Deletes a file; false where there is none.</summary>
    public bool Delete(string name)
    {
        if (!Contains(name)) return false;

        File.Delete(Path.Combine(_path, name));
        return true;
    }

    /// <summary>Keeps other processes from changing the folder until the result is disposed of.</summary>
    /// <exception cref="IOException">Another one has had it for too long.</exception>
    public IDisposable Lock(string name, TimeSpan patience, TimeProvider timeProvider)
    {
        long start = timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(_path, name), ForOwner(FileMode.OpenOrCreate, FileAccess.ReadWrite));
            }
            catch (IOException) when (timeProvider.GetElapsedTime(start) < patience)
            {
                Thread.Sleep(1);
            }
        }
    }

    private static FileStreamOptions ForOwner(FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
