using Traversal.Client.Identity;
using Traversal.Peer.Identity;

namespace Traversal.Cli.Id;

/// <summary>Identities in files, under a password.</summary>
internal static class IdFiles
{
    /// <summary>No identity is near it.</summary>
    private const int MaxLength = 1 << 20;

    public static int Export(IdentityStore store, PeerId id, string path, string? givenPassword)
    {
        if (!Password.TryRead(givenPassword, out string password, out string? problem)) return Exit.Usage($"id export: {problem}");

        IdentityResult<byte[]> exported = store.Export(id, password);
        if (!exported.IsOk) return IdCommand.Done(exported.Status);

        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var file = new FileStream(path, options);
            file.Write(exported.Value);
            return Exit.Success;
        }
        catch (IOException) when (File.Exists(path))
        {
            return Exit.Failure($"id export: the file {path} is there already");
        }
        catch (Exception failure) when (IsOfTheSystem(failure))
        {
            return Exit.Failure($"id export: the file {path} can't be written");
        }
    }

    public static int Import(IdentityStore store, string path, string? givenPassword, string name, Func<IdentityResult<StoredIdentity>, int> show)
    {
        if (!Password.TryRead(givenPassword, out string password, out string? problem)) return Exit.Usage($"id import: {problem}");

        try
        {
            using FileStream file = File.OpenRead(path);
            if (file.Length > MaxLength) return IdCommand.Done(IdentityStatus.Malformed);

            byte[] bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return show(store.Import(bytes, password, name));
        }
        catch (Exception failure) when (IsOfTheSystem(failure))
        {
            return Exit.Failure($"id import: the file {path} can't be read");
        }
    }

    private static bool IsOfTheSystem(Exception failure) => failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException;
}
