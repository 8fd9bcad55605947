"""Makes a header as long as those of mammography units: what they write besides the necessary."""

from __future__ import annotations

from pydicom.dataset import Dataset

from tests.support.dicom_factory import code

_TEXTS = {
    "AccessionNumber": "A0000001",
    "AcquisitionDeviceProcessingCode": "GEMS_FFDM_PV",
    "AcquisitionDeviceProcessingDescription": "PREMIUM_VIEW",
    "AnodeTargetMaterial": "RHODIUM",
    "BodyPartExamined": "BREAST",
    "BreastImplantPresent": "NO",
    "BurnedInAnnotation": "NO",
    "CollimatorShape": "RECTANGULAR",
    "CommentsOnRadiationDose": "HVL = 0.42 mm Al",
    "ContentDate": "20260102",
    "ContentTime": "101602",
    "ConversionType": "WSD",
    "DateOfLastDetectorCalibration": "20251231",
    "DerivationDescription": "window-level adjusted",
    "DetectorConditionsNominalFlag": "YES",
    "DetectorConfiguration": "AREA",
    "DetectorDescription": "amorphous silicon",
    "DetectorID": "PD0000_00",
    "DetectorType": "SCINTILLATOR",
    "DeviceSerialNumber": "000000AA00",
    "ExposureControlMode": "AUTOMATIC",
    "ExposureControlModeDescription": "AOP standard",
    "ExposureStatus": "NORMAL",
    "FieldOfViewHorizontalFlip": "NO",
    "FieldOfViewShape": "RECTANGLE",
    "FilterMaterial": "RHODIUM",
    "FilterType": "STRIP",
    "InstitutionAddress": "Some street 1, some town",
    "InstitutionName": "Some hospital",
    "IssuerOfPatientID": "HOSPITAL",
    "LossyImageCompression": "00",
    "ManufacturerModelName": "Unit 1",
    "OperatorsName": "Operator^One",
    "OrganExposed": "BREAST",
    "PatientAge": "065Y",
    "PerformingPhysicianName": "Physician^One",
    "PixelIntensityRelationship": "LOG",
    "PositionerType": "MAMMOGRAPHIC",
    "ProtocolName": "Routine",
    "QualityControlImage": "NO",
    "ReferringPhysicianName": "Physician^Two",
    "SeriesDate": "20260102",
    "SeriesDescription": "Screening",
    "SeriesTime": "101500",
    "SoftwareVersions": "1.0",
    "StationName": "ROOM1",
    "StudyDescription": "Screening mammography",
    "StudyID": "1",
    "VOILUTFunction": "LINEAR",
}
_NUMBERS = {
    "BodyPartThickness": 53,
    "CollimatorLeftVerticalEdge": 1,
    "CollimatorLowerHorizontalEdge": 3062,
    "CollimatorRightVerticalEdge": 2394,
    "CollimatorUpperHorizontalEdge": 1,
    "CompressionForce": 100,
    "DetectorTemperature": 30,
    "DistanceSourceToDetector": 660,
    "DistanceSourceToEntrance": 607,
    "DistanceSourceToPatient": 660,
    "EntranceDose": 6,
    "EntranceDoseInmGy": 6,
    "Exposure": 71,
    "ExposureInuAs": 71400,
    "ExposureTime": 1148,
    "FieldOfViewRotation": 0,
    "InstanceNumber": 4,
    "KVP": 30,
    "OrganDose": 0.015,
    "PixelIntensityRelationshipSign": 1,
    "PositionerPrimaryAngle": 45,
    "RelativeXRayExposure": 60,
    "Sensitivity": 1,
    "SeriesNumber": 1,
    "XRayTubeCurrent": 62,
}
_LISTS = {
    "DetectorActiveDimensions": [306.2, 239.4],
    "DetectorBinning": [1, 1],
    "DetectorElementPhysicalSize": [0.1, 0.1],
    "DetectorElementSpacing": [0.1, 0.1],
    "FieldOfViewDimensions": [239, 306],
    "FieldOfViewOrigin": [0, 0],
    "FocalSpots": [0.3],
    "Grid": ["RECIPROCATING", "FOCUSED"],
    "WindowCenterWidthExplanation": ["NORMAL"],
}
_SEQUENCES = (
    *("AcquisitionContextSequence", "AnatomicRegionSequence", "DerivationCodeSequence"),
    *("ProcedureCodeSequence", "ReferencedImageSequence", "RequestAttributesSequence"),
    *("SourceImageSequence", "ReferencedStudySequence", "PerformedProtocolCodeSequence"),
)
_PRIVATE_GROUPS = (0x0045, 0x07A1)
_PRIVATE_ELEMENTS = 16


def lengthen(ds: Dataset) -> None:
    """Add a hundred and thirty elements, none of which changes what the image is."""
    for keyword, value in (*_TEXTS.items(), *_NUMBERS.items(), *_LISTS.items()):
        setattr(ds, keyword, value)
    for keyword in _SEQUENCES:
        setattr(ds, keyword, [code("76752008", "SCT", "Breast")])
    for group in _PRIVATE_GROUPS:
        block = ds.private_block(group, "SOME VENDOR", create=True)
        for element in range(_PRIVATE_ELEMENTS):
            block.add_new(element, "LO", f"private value {element}")
