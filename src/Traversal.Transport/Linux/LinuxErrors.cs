namespace Traversal.Transport.Linux;

/// <summary>What each error of the kernel means here.</summary>
internal static class LinuxErrors
{
    public static OpenFailure ToOpenFailure(Errno error) => error switch
    {
        Errno.None => OpenFailure.None,
        Errno.AddressInUse => OpenFailure.AddressInUse,
        Errno.AddressNotAvailable or Errno.FamilyNotSupported or Errno.ProtocolNotSupported or Errno.Invalid
            or Errno.NetworkUnreachable => OpenFailure.AddressNotAvailable,
        Errno.Access or Errno.NotPermitted => OpenFailure.Denied,
        Errno.TooManyFiles or Errno.TooManyFilesInSystem or Errno.NoBuffers or Errno.OutOfMemory => OpenFailure.OutOfDescriptors,
        Errno.NotSupported => OpenFailure.NotSupported,
        _ => OpenFailure.Other,
    };

    /// <summary>
    /// Whether a failed send may have told of an ICMP error for an earlier one, perhaps to another destination: the kernel tells once, and sends nothing.
    /// </summary>
    public static bool MayBeOfEarlierSend(Errno error) => error is Errno.ConnectionRefused or Errno.HostUnreachable or Errno.NetworkUnreachable
        or Errno.HostDown or Errno.MessageTooLong or Errno.Access or Errno.ProtocolNotAvailable or Errno.ProtocolError or Errno.NotSupported;

    public static SendFailure ToSendFailure(Errno error) => error switch
    {
        Errno.Again or Errno.NoBuffers or Errno.OutOfMemory => SendFailure.NoBuffer,
        Errno.HostUnreachable or Errno.NetworkUnreachable or Errno.HostDown or Errno.NetworkDown
            or Errno.ConnectionRefused or Errno.ProtocolNotAvailable => SendFailure.Unreachable,
        Errno.NotPermitted or Errno.Access => SendFailure.Denied,
        Errno.MessageTooLong => SendFailure.TooLong,
        Errno.Invalid or Errno.AddressNotAvailable or Errno.FamilyNotSupported or Errno.DestinationRequired => SendFailure.BadDestination,
        Errno.BadDescriptor or Errno.NotASocket => SendFailure.NoSocket,
        _ => SendFailure.Other,
    };
}
